/// `[lmtp]` and `[deliver]`: how the MTA hands messages over, to `lmtpd` and to `sms-deliver`.
package struct LMTPSettings: Hashable, Sendable {
    package let listen: [ListenAddress]
    /// Permission bits of a unix socket.
    package let socketMode: UInt32
    /// The group of a unix socket. Nil: the daemon's own.
    package let socketGroup: String?
    package let maxSessions: Int
    package let maxRecipients: Int
    /// Bytes of one message, for both programs.
    package let maxMessageSize: Int
    package let idleTimeout: Duration
    /// No reply is held longer; below it the MTA's own limits do not matter.
    package let replyTimeout: Duration
    /// How long a stopping daemon waits for transactions to finish.
    package let shutdownTimeout: Duration
    /// The name in the greeting. Nil: the host's.
    package let hostname: String?
    package let allowRemote: Bool
    /// PEM files. Nil: no STARTTLS.
    package let tlsCertificateFile: String?
    package let tlsKeyFile: String?
    /// Signs the certificates of the clients that may use STARTTLS. Nil: none is asked for.
    package let tlsClientAuthorityFile: String?
    /// Of one run of `sms-deliver`; shorter than the MTA's limit on a pipe, which bounces.
    package let deliverDeadline: Duration

    init(readingFrom section: Section, deliver: Section) {
        let path = section.reading.path
        listen =
            section.list("listen", ListenAddress.hint, ListenAddress.init)
            ?? [.unix(path: "/run/smsmda/lmtp.sock")]
        socketMode =
            section.parsed("socket_mode", "permission bits in octal, as in \"0660\"") { text in
                UInt32(text, radix: 8).flatMap { $0 <= 0o777 ? $0 : nil }
            } ?? 0o660
        socketGroup = section.parsed("socket_group", "a group's name") { $0 }
        maxSessions = section.integer("max_sessions", in: 1...100_000) ?? 512
        maxRecipients = section.integer("max_recipients", in: 1...10_000) ?? 100
        maxMessageSize = section.byteCount("max_message_size", default: 10 << 20)
        idleTimeout =
            section.duration("idle_timeout", in: .seconds(1)...(.seconds(86_400)))
            ?? .seconds(300)
        // Exim's LMTP client gives up at 300 s, and then sends the message again.
        replyTimeout =
            section.duration("reply_timeout", in: .seconds(1)...(.seconds(240)))
            ?? .seconds(100)
        shutdownTimeout =
            section.duration("shutdown_timeout", in: .zero...(.seconds(600)))
            ?? .seconds(60)
        hostname = section.parsed("hostname", "a host's name") { $0 }
        allowRemote = section.boolean("allow_remote") ?? false
        tlsCertificateFile = section.parsed("tls_cert_file", "a path", path)
        tlsKeyFile = section.parsed("tls_key_file", "a path", path)
        tlsClientAuthorityFile = section.parsed("tls_client_ca_file", "a path", path)
        deliverDeadline =
            deliver.duration("deadline", in: .seconds(1)...(.seconds(3600)))
            ?? .seconds(120)
        check(section)
    }

    private func check(_ section: Section) {
        if (tlsCertificateFile == nil) != (tlsKeyFile == nil) {
            section.problem(
                tlsKeyFile == nil ? "tls_cert_file" : "tls_key_file",
                "tls_cert_file and tls_key_file go together: give both or none")
        }
        for address in listen where address.isSMTP {
            section.problem(
                "listen",
                "\(address): port 25 is SMTP's, and LMTP must not be there (RFC 2033); take another,"
                    + " such as 2424")
        }
        for address in listen where !address.isLocal {
            if !allowRemote {
                section.problem(
                    "listen",
                    "\(address) is open to other hosts; if that is meant, set allow_remote ="
                        + " true, tls_cert_file and tls_key_file")
            } else if tlsCertificateFile == nil {
                section.problem(
                    "listen",
                    "\(address) is open to other hosts and needs TLS: set tls_cert_file and"
                        + " tls_key_file")
            }
        }
    }
}
