/// One message and whom it is for: what MAIL, RCPT and DATA said (RFC 2033 §4.2).
package struct Transaction: Hashable, Sendable {
    /// Empty for the null reverse-path.
    package let reversePath: String
    package let isSMTPUTF8: Bool
    /// What the MTA said about the client it has the message from.
    package let forwarded: XForward
    /// The accepted ones, in the order of RCPT, duplicates included: each hears a reply.
    package internal(set) var recipients: [String] = []
    /// As sent, lines ending in CRLF, dot-stuffing removed. Empty until DATA has ended.
    package internal(set) var message: [UInt8] = []
}
