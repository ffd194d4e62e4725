/// What an operator can choose about reading the text of a message.
package struct TextOptions: Hashable, Sendable {
    /// The charset of text that declares none and is not UTF-8; nil: windows-1252.
    package var defaultCharset: String?
    package var links = HTMLText.Links.text
    /// Expressions for `OperatorPattern`; whoever reads the configuration has tried each.
    package var disclaimers: [String] = []
    /// Bytes of text that are kept. The longest SMS, of 24 segments, has less than 4 KB.
    package var limit = 65_536

    package init() {}
}
