extension Session {
    /// Every number that bounds a session, each with its reason.
    package struct Limits: Hashable, Sendable {
        /// Octets of a message, dot-stuffing removed. Announced as SIZE (RFC 1870).
        package var messageSize: Int
        /// Recipients of one transaction. RFC 5321 §4.5.3.1.8 asks for at least 100.
        package var recipients: Int
        /// Octets of a command with its CRLF. RFC 5321 §4.5.3.1.4 asks for 512 and the extensions'
        /// shares; this is what Postfix takes as well.
        package var commandLine = 2048
        /// Octets of a path without the brackets. RFC 5321 §4.5.3.1.3 asks for 256; senders that
        /// keep a whole recipient in the reverse-path need more, and their mail was let in already.
        package var path = 1024
        /// Commands that were no use before the session is closed: a program that talks past us,
        /// or a person guessing. Recipients that are refused do not count.
        package var errors = 20

        // What follows is time, which `Session` does not know: its caller keeps to it.

        /// For a whole command, from the end of the one before. RFC 5321 §4.5.3.2.7 asks for 5
        /// minutes.
        package var commandTimeout: Duration
        /// Between two blocks of a message: what a client waits in our place. RFC 5321 §4.5.3.2.5
        package var blockTimeout: Duration { min(.seconds(180), commandTimeout) }
        /// For a whole message, so that an octet now and then does not hold a session for ever.
        package var messageTimeout: Duration { commandTimeout * 3 }
        /// For the client to take our replies, and to shake hands.
        package var clientTimeout = Duration.seconds(60)

        package init(
            messageSize: Int = 10 << 20, recipients: Int = 100,
            commandTimeout: Duration = .seconds(300)
        ) {
            self.messageSize = messageSize
            self.recipients = recipients
            self.commandTimeout = commandTimeout
        }
    }
}
