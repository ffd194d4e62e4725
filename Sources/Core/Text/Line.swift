/// One line of a text and what is known of its role.
///
/// The classification of a text (`Quotation`, `Signature`, `Footer`) works on an array of these: each sets
/// the kinds of the lines it recognizes and leaves the others alone.
struct Line {
    /// Without its line feed; blanks at its end are kept, since they make a signature separator.
    let text: Substring
    var kind: TextBlock.Kind = .body
    /// In an HTML `<blockquote>`: quoted if something introduces it.
    var isIndented = false

    var isBlank: Bool { text.utf8.allSatisfy(\.isHTMLSpace) }
    var startsWithQuoteMark: Bool { text.utf8.first == UInt8(ascii: ">") }

    var isMarkedAsQuoted: Bool { startsWithQuoteMark || isIndented || kind == .quote }

    /// In small letters, without white space around and without the `*` of text that was bold.
    var phrase: String {
        var bytes = text.utf8[...]
        while let first = bytes.first, first.isHTMLSpace || first == UInt8(ascii: "*") {
            bytes = bytes.dropFirst()
        }
        while let last = bytes.last, last.isHTMLSpace || last == UInt8(ascii: "*") {
            bytes = bytes.dropLast()
        }
        return Substring(bytes).lowercased()
    }

    /// The same as bytes, with only ASCII letters made small: for comparisons where speed matters.
    var phraseBytes: [UInt8] {
        var bytes = text.utf8[...]
        while let first = bytes.first, first.isHTMLSpace || first == UInt8(ascii: "*") {
            bytes = bytes.dropFirst()
        }
        while let last = bytes.last, last.isHTMLSpace || last == UInt8(ascii: "*") {
            bytes = bytes.dropLast()
        }
        return bytes.map(\.asciiLowercased)
    }

    /// A line of dashes, underscores, stars and the like, at least three of them.
    var isRule: Bool {
        var marks = 0
        for scalar in text.unicodeScalars {
            switch scalar {
            case "-", "_", "=", "*", "#", "~", "+", "—", "–", "─": marks += 1
            case " ", "\t", "\r": continue
            default: return false
            }
        }
        return marks >= 3
    }

    /// Cuts a text into lines.
    static func lines(of text: String, quotations: [HTMLText.Quotation] = []) -> [Line] {
        var index = 0
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            defer { index += 1 }
            let quotation = index < quotations.count ? quotations[index] : .none
            return Line(
                text: line, kind: quotation == .certain ? .quote : .body,
                isIndented: quotation == .perhaps)
        }
    }
}

extension [Line] {
    /// Whether anything is left that the sender says now.
    var hasBody: Bool { contains { $0.kind == .body && !$0.isBlank } }

    /// Whether the sender says something in these lines.
    func hasBody(in range: Range<Int>) -> Bool {
        self[range].contains { $0.kind == .body && !$0.isBlank }
    }

    mutating func mark(_ range: Range<Int>, _ kind: TextBlock.Kind) {
        for index in range { self[index].kind = kind }
    }
}
