# Exim, in the ACL that acl_smtp_mail or acl_smtp_rcpt names, before the lines that accept: tells
# lmtpd who logged in, for [[sender]] rules (match = "sasl:USER").
# At the very start, above the topmost Received: only there it is believed. A field of that name
# which a client wrote itself ends up below.

  warn
    authenticated = *
    add_header = :at_start:X-SMS-Auth: $authenticated_id
