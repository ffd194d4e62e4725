package import CoreMail

/// The text of a message: the leaf that a reader would show, in plain form, cut into roles.
///
/// In: a message and the operator's options. Out: `text`, the chosen leaf's text with its format undone
/// (charset, format=flowed, HTML), and `blocks`, what goes on to the SMS: that text and the further inline
/// texts of the message, each stretch with its role. `TextChoice` says which leaf is chosen.
///
/// It never fails: a message without any text has an empty one, and the subject must do. It decrypts
/// nothing, and it follows no reference to the network.
package struct BodyText: Sendable {
    /// LF between lines, no white space at their ends, no control characters but TAB and LF.
    /// "" when there is none. Made at each look.
    package var text: String { chosen.map { $0.plainLines.trimmed.text } ?? "" }
    /// Where `text` stands, as in `Part.path`; nil when there is none.
    package let section: String?
    /// Whether it was HTML.
    package let isHTML: Bool
    /// How many inline leaves of text/plain and text/html a reader could show.
    package let inlineCount: Int
    /// What was wrong with the chosen leaves' text.
    package let defects: [Defect]
    /// What keeps the text from being read, if something does: encryption.
    package let hiddenBy: Protection?
    /// The text and what follows it, by role. Empty when there is no text.
    package let blocks: [TextBlock]

    private let chosen: LeafText?

    package init(choosingFrom message: Message, options: TextOptions = TextOptions()) {
        let choice = TextChoice(in: message, options: options)
        inlineCount = TextChoice.inlineCount(in: message.root)
        hiddenBy = message.leaves.lazy.compactMap(\.protection).first(where: \.hidesText)
        chosen = choice.texts.first
        guard let first = chosen else {
            (section, isHTML, defects, blocks) = (nil, false, [], [])
            return
        }
        section = first.section
        isHTML = first.isHTML
        defects = choice.texts.flatMap(\.defects)

        var lines = first.lines
        for text in choice.texts.dropFirst() { lines += text.lines }
        Armour.removeEncrypted(&lines)
        Armour.mark(&lines)
        lines.trim()
        blocks = TextClassifier.blocks(
            of: lines, author: Author(of: message),
            // An expression that does not compile was refused when the configuration was read.
            disclaimers: options.disclaimers.compactMap { try? OperatorPattern($0) })
    }
}
