/// A stretch of the chosen text with one role: what the sender says now, or what may be left off.
///
/// `BodyText.blocks` cuts the whole text into blocks, in the order in which they stand; joined by
/// line feeds they are the text again. An SMS that must be shortened drops blocks by kind before it
/// cuts into the body. Classification never decides what is sent: that is the composition's work.
package struct TextBlock: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// What the sender wrote for this message.
        case body
        /// A reply's or forward's copy of earlier messages, with the line that introduces it.
        case quote
        /// From the `-- ` line on, or a phone's "Sent from my ...".
        case signature
        /// Disclaimers, mailing-list and virus-scanner notes, "external sender" banners.
        case footer
        /// What one of the operator's `disclaimers` matches: never wanted.
        case disclaimer
    }

    package var kind: Kind
    /// Whole lines separated by LF, blank ones too; the line feed between two blocks is in neither.
    package var text: String

    package init(kind: Kind, text: String) {
        self.kind = kind
        self.text = text
    }
}
