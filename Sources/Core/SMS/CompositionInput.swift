package import CoreText

/// What a template can use of one message.
package struct CompositionInput: Hashable, Sendable {
    /// Decoded; nil when absent.
    package var subject: String?
    /// What the operator had taken off the front of the subject; empty when nothing.
    package var subjectPrefix: String
    /// The author as a person would read it.
    package var from: String
    package var date: String
    /// Their names and sizes in brackets; empty without attachments.
    package var attachments: String
    package var body: [TextBlock]

    package init(
        subject: String? = nil, subjectPrefix: String = "", from: String = "", date: String = "",
        attachments: String = "",
        body: [TextBlock]
    ) {
        self.subject = subject
        self.subjectPrefix = subjectPrefix
        self.from = from
        self.date = date
        self.attachments = attachments
        self.body = body
    }
}
