package import CoreConfig
package import CoreJournal
package import CoreMail
package import CoreText

/// A message read once for all of its recipients: what is the same for each of them.
package final class PreparedMessage: Sendable {
    package let message: Message
    package let subject: StrippedSubject
    /// The text that a reader would show.
    package let text: BodyText
    /// What makes another delivery of the same message recognizable.
    package let digest: MessageDigest

    package init(_ bytes: [UInt8], _ configuration: Configuration) {
        message = Message(parsing: bytes)
        subject = StrippedSubject(
            message.subject, without: configuration.message.stripSubject)
        text = BodyText(choosingFrom: message, options: TextOptions(configuration.message))
        digest = MessageDigest(of: bytes)
    }

    /// What is wrong with the message and was lived with: `kind` or `kind at section 1.2`.
    package var defects: [String] { (message.defects + text.defects).map(\.description) }
}
