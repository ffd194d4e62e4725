/// What the MTA said about a message, apart from the message: the transaction's side of it.
///
/// The recipients are passed beside it, one at a time.
package struct Envelope: Hashable, Sendable {
    /// RFC 5321 §4.1.2; empty is the null reverse-path of bounces and other automatic mail.
    package var reversePath: String
    /// The MTA's own name for the message, for joining logs. Nil when it gave none.
    package var queueID: String?
    /// Address of the client that gave the message to the MTA, without brackets.
    package var clientAddress: String?
    package var clientName: String?
    package var helo: String?
    /// Who logged in at the MTA (SMTP AUTH). Nil for nobody.
    package var saslUser: String?
    /// Our own name for the session or run, in every line of our log.
    package var sessionID: String

    package init(
        reversePath: String, queueID: String? = nil, clientAddress: String? = nil,
        clientName: String? = nil, helo: String? = nil, saslUser: String? = nil,
        sessionID: String = ""
    ) {
        self.reversePath = reversePath
        self.queueID = queueID
        self.clientAddress = clientAddress
        self.clientName = clientName
        self.helo = helo
        self.saslUser = saslUser
        self.sessionID = sessionID
    }
}
