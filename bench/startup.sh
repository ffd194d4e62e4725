#!/bin/bash
# CPU of one run of sms-deliver, parsing and journal included, against curl making the same POST, both
# over TLS and both trusting the system's certificates (and the upstream's own authority): curl reads
# them as it does on Debian, from one bundle file; sms-deliver as it does, from the hashed folder.
set -euo pipefail
. "$UPSTREAM/env"
RUNS=${RUNS:-200}
here=$(dirname "$0")
account=AC$(printf '0%.0s' {1..32})

printf '%s\r\n' 'Received: from ups.example by mx.example with ESMTP id 4XyZ; Sat, 21 Nov 2026 03:00:00 +0000' \
    'From: UPS <ups@corp.example>' 'To: 14155551212@sms.example' 'Subject: On battery' \
    'MIME-Version: 1.0' 'Content-Type: text/plain; charset=utf-8' '' \
    'Mains failed at 03:00, 41 minutes left.' >"$WORK/message"
(umask 077 && printf 'token' >"$WORK/token")
cat >"$WORK/startup.toml" <<TOML
[twilio]
account_sid = "$account"
auth_token_file = "$WORK/token"
from = "+18085551234"
base_url = "$HTTPS"
ca_file = "$TRUST"
[journal]
path = "$WORK/startup.db"
TOML

# A new number each run, or the journal would know the message and send nothing.
{
    read -r ours
    read -r theirs
    read -r dry
} < <("$here/cpu_time.py" "$RUNS" "$WORK/message" \
    "$BIN/sms-deliver" -C "$WORK/startup.toml" -f ups@corp.example '+1415555{n}@sms.example' -- \
    curl -sS --fail --cacert "$BUNDLE" -u "$account:token" \
    --data-urlencode 'To=+1415555{n}' --data-urlencode 'From=+18085551234' \
    --data-urlencode 'Body=Mains failed at 03:00, 41 minutes left.' \
    "$HTTPS/2010-04-01/Accounts/$account/Messages.json" -- \
    "$BIN/sms-deliver" -C "$WORK/startup.toml" --dry-run 14155551212@sms.example)
ratio=$(awk -v a="$ours" -v b="$theirs" 'BEGIN { printf "%.2f", a / b }')
printf 'sms-deliver, one message over TLS\t%s ms CPU\tcurl, the same POST\t%s ms CPU\t%s\t<= 0.45\n' \
    "$ours" "$theirs" "$ratio"
printf 'sms-deliver --dry-run (no journal, no network)\t%s ms CPU\n' "$dry"
