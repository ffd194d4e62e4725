internal import CoreSystem

/// One line of a text and what is known of its role.
///
/// The classification of a text (`Quotation`, `Signature`, `Footer`) works on an array of these: each sets
/// the kinds of the lines it recognizes and leaves the others alone.
struct Line {
    /// UTF-8 without its line feed; blanks at its end are kept, since they make a signature separator.
    let bytes: ArraySlice<UInt8>
    var kind: TextBlock.Kind = .body
    /// In an HTML `<blockquote>`: quoted if something introduces it.
    var isIndented = false

    var isBlank: Bool { bytes.allSatisfy(\.isHTMLSpace) }
    var startsWithQuoteMark: Bool { bytes.first == UInt8(ascii: ">") }
    var isMarkedAsQuoted: Bool { startsWithQuoteMark || isIndented || kind == .quote }

    /// Whether the last that is seen is a colon, of any width.
    var endsWithColon: Bool {
        // Most lines end with a letter.
        if bytes.last?.isASCIILetterOrDigit ?? true { return false }
        let seen = bytes.trimmed
        return seen.last == UInt8(ascii: ":") || seen.hasSuffix("：")
    }

    /// In small letters, without white space around and without the `*` of text that was bold.
    var phrase: [UInt8] { bytes.trimmed.smallLetters }

    /// A line of dashes, underscores, stars and the like, at least three of them.
    var isRule: Bool {
        let octets = bytes.span
        var marks = 0
        var index = 0
        while index < octets.count {
            switch octets[index] {
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "="), UInt8(ascii: "*"),
                UInt8(ascii: "#"), UInt8(ascii: "~"), UInt8(ascii: "+"):
                marks += 1
                index += 1
            case UInt8(ascii: " "), UInt8(ascii: "\t"):
                index += 1
            case 0xE2
            where octets.has("—", at: index) || octets.has("–", at: index)
                || octets.has("─", at: index):
                marks += 1
                index += 3
            default:
                return false
            }
        }
        return marks >= 3
    }

    /// Cuts a text in UTF-8 into lines.
    static func lines(of text: [UInt8], quotations: [HTMLText.Quotation] = []) -> [Line] {
        var lines: [Line] = []
        lines.reserveCapacity(1 + text.count / typicalLength)
        let octets = text.span
        var start = 0
        while start <= octets.count {
            let end = octets.first(UInt8(ascii: "\n"), in: start..<octets.count)
            let quotation = lines.count < quotations.count ? quotations[lines.count] : .none
            lines.append(
                Line(
                    bytes: text[start..<end], kind: quotation == .certain ? .quote : .body,
                    isIndented: quotation == .perhaps))
            start = end + 1
        }
        return lines
    }

    private static let typicalLength = 40
}

extension [Line] {
    /// Whether anything is left that the sender says now.
    var hasBody: Bool { hasBody(in: indices) }

    /// Whether the sender says something in these lines.
    func hasBody(in range: Range<Int>) -> Bool {
        self[range].contains { $0.kind == .body && !$0.isBlank }
    }

    mutating func mark(_ range: Range<Int>, _ kind: TextBlock.Kind) {
        for index in range { self[index].kind = kind }
    }

    /// Without blank lines at either end.
    var trimmed: [Line] {
        var lines = self
        lines.trim()
        return lines
    }

    /// Takes the blank lines at either end off.
    mutating func trim() {
        while let last, last.isBlank { removeLast() }
        let blank = prefix { $0.isBlank }.count
        if blank > 0 { removeFirst(blank) }
    }

    /// The lines as text, without white space at their ends.
    var text: String { text(of: indices) }

    func text(of range: Range<Int>) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(range.reduce(0) { $0 + self[$1].bytes.count + 1 })
        for index in range {
            if index > range.lowerBound { output.append(UInt8(ascii: "\n")) }
            output += self[index].bytes.trimmingBlanksAtEnd
        }
        return String(decoding: output, as: UTF8.self)
    }
}

extension ArraySlice<UInt8> {
    /// Without blanks and tabs at its end.
    var trimmingBlanksAtEnd: ArraySlice<UInt8> {
        var end = endIndex
        while end > startIndex, self[end - 1].isBlank { end -= 1 }
        return self[..<end]
    }
}
