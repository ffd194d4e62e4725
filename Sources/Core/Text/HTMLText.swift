/// HTML as a person would read it on a phone: lines of text.
///
/// In: the HTML, already Unicode. Out: its visible text. Blocks, table rows, list items and `<br>` make
/// lines; cells of a row are separated by a blank; list items begin with `- ` or their number; white space
/// is folded but in `<pre>`. Scripts, styles, comments and whatever is hidden (`hidden`, `display:none` and
/// the other ways of preheaders, in the element or by a class) are gone. A link is its text, and its address
/// where `Links` says so. Pictures are nothing, but their `alt` text if there is no other text at all.
///
/// One pass, no tree: time is linear in the input, of which `mostInput` bytes are read; memory is the text,
/// of which `limit` bytes are kept, and a stack of the few open elements that matter, at most `deepest`.
/// It does not lay out tables in columns, and it never fetches anything.
package struct HTMLText {
    /// When the address of a link is shown behind its text.
    package enum Links: String, Hashable, Sendable, CaseIterable {
        /// Never.
        case text
        /// Where the text does not say what it leads to: it is empty, or "click here" in some language.
        case needed
        /// Always, unless the text is the address already.
        case address
    }

    /// Whether a line was copied from an earlier message.
    package enum Quotation: Hashable, Sendable {
        case none
        /// In a `<blockquote>`, which some mail programs use for it and authors for other things.
        case perhaps
        /// A mail program marked it so.
        case certain
    }

    /// LF between lines, no white space at the end of a line.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
    /// The text as UTF-8.
    let bytes: [UInt8]
    /// One for each line of `text`.
    package let quotations: [Quotation]

    package init(_ html: String, links: Links = .text, limit: Int = 65_536) {
        let source = Array(html.utf8.prefix(Self.mostInput))
        var reader = HTMLReader(source, links: links, limit: limit, showsAlternatives: false)
        reader.read()
        if reader.writer.bytes.isEmpty {
            reader = HTMLReader(source, links: links, limit: limit, showsAlternatives: true)
            reader.read()
        }
        bytes = reader.writer.bytes
        quotations = reader.writer.quotations
    }

    /// The text alone.
    package static func plain(
        from html: String, links: Links = .text, limit: Int = 65_536
    ) -> String {
        HTMLText(html, links: links, limit: limit).text
    }

    /// Bytes of HTML that are read: a newsletter has 100 KB, a report with its style sheet 300.
    package static let mostInput = 524_288
}
