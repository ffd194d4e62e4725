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
        let seen = bytes.trimmed
        return seen.last == UInt8(ascii: ":") || seen.hasSuffix("：")
    }

    /// In small letters, without white space around and without the `*` of text that was bold.
    var phrase: [UInt8] { bytes.trimmed.smallLetters }

    /// A line of dashes, underscores, stars and the like, at least three of them.
    var isRule: Bool {
        var marks = 0
        var rest = bytes
        while let byte = rest.first {
            switch byte {
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "="), UInt8(ascii: "*"),
                UInt8(ascii: "#"), UInt8(ascii: "~"), UInt8(ascii: "+"):
                marks += 1
                rest = rest.dropFirst()
            case UInt8(ascii: " "), UInt8(ascii: "\t"):
                rest = rest.dropFirst()
            case _ where rest.hasPrefix("—") || rest.hasPrefix("–") || rest.hasPrefix("─"):
                marks += 1
                rest = rest.dropFirst(3)
            default:
                return false
            }
        }
        return marks >= 3
    }

    /// Cuts a text in UTF-8 into lines.
    static func lines(of text: [UInt8], quotations: [HTMLText.Quotation] = []) -> [Line] {
        var lines: [Line] = []
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let quotation = lines.count < quotations.count ? quotations[lines.count] : .none
            lines.append(
                Line(
                    bytes: line, kind: quotation == .certain ? .quote : .body,
                    isIndented: quotation == .perhaps))
        }
        return lines
    }
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
        guard let first = firstIndex(where: { !$0.isBlank }),
            let last = lastIndex(where: { !$0.isBlank })
        else { return [] }
        return Array(self[first...last])
    }

    /// The lines as text, without white space at their ends.
    var text: String {
        var output: [UInt8] = []
        for index in indices {
            if index > 0 { output.append(UInt8(ascii: "\n")) }
            output += self[index].bytes.trimmingBlanksAtEnd
        }
        return String(decoding: output, as: UTF8.self)
    }
}

extension ArraySlice<UInt8> {
    /// Without blanks and tabs at its end.
    var trimmingBlanksAtEnd: ArraySlice<UInt8> {
        var rest = self
        while let last = rest.last, last.isBlank { rest = rest.dropLast() }
        return rest
    }
}
