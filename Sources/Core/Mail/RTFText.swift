/// The text of an RTF document, as a person would read it.
///
/// In: RTF 1.9 as Outlook writes it, HTML wrapped in RTF too (MS-OXRTFEX). Out: text with LF line
/// ends; formatting, fonts, pictures and fields' instructions are gone. One pass, memory bounded
/// by the output.
enum RTFText {
    static func plain(from rtf: ArraySlice<UInt8>, limit: Int) -> String {
        var reader = Reader(rtf, limit: limit)
        reader.read()
        return reader.output
    }

    /// What a group inherits from the one around it.
    private struct Group {
        var isHidden = false
        /// How many characters stand in for one `\u` (RTF 1.9, `\uc`).
        var substituteCount = 1
    }

    private struct Reader {
        let input: ArraySlice<UInt8>
        let limit: Int
        var index: Int
        var output = ""
        var outputCount = 0
        var group = Group()
        var groups: [Group] = []
        /// Levels beyond those kept in `groups`.
        var excessDepth = 0
        var codePage = "windows-1252"
        /// Octets of text not decoded yet: a character may take two escapes.
        var pending: [UInt8] = []
        var skip = 0
        var isGroupStart = false

        init(_ input: ArraySlice<UInt8>, limit: Int) {
            self.input = input
            self.limit = limit
            index = input.startIndex
        }

        mutating func read() {
            while index < input.endIndex, outputCount < limit {
                let byte = input[index]
                index += 1
                switch byte {
                case UInt8(ascii: "{"): open()
                case UInt8(ascii: "}"): close()
                case UInt8(ascii: "\\"): readControl()
                case .lineFeed, .carriageReturn, 0: break
                default: append(byte)
                }
            }
            flush()
        }

        private mutating func open() {
            flush()
            isGroupStart = true
            if groups.count < 1_000 { groups.append(group) } else { excessDepth += 1 }
        }

        private mutating func close() {
            flush()
            if excessDepth > 0 {
                excessDepth -= 1
            } else if let outer = groups.popLast() {
                group = outer
            }
        }

        private mutating func readControl() {
            guard index < input.endIndex else { return }
            let first = input[index]
            guard first.lowered &- 97 < 26 else {
                index += 1
                return readSymbol(first)
            }
            var word: [UInt8] = []
            while index < input.endIndex, input[index].lowered &- 97 < 26, word.count < 32 {
                word.append(input[index])
                index += 1
            }
            var digits = ""
            if index < input.endIndex, input[index] == UInt8(ascii: "-") {
                digits = "-"
                index += 1
            }
            while index < input.endIndex, input[index].isDigit, digits.utf8.count < 10 {
                digits.unicodeScalars.append(Unicode.Scalar(input[index]))
                index += 1
            }
            if index < input.endIndex, input[index] == .blank { index += 1 }
            readWord(String(decoding: word, as: UTF8.self), Int(digits))
        }

        private mutating func readSymbol(_ symbol: UInt8) {
            switch symbol {
            case UInt8(ascii: "'"):
                guard index + 1 < input.endIndex, let high = input[index].hexValue,
                    let low = input[index + 1].hexValue
                else { return }
                index += 2
                append(high << 4 | low)
            case UInt8(ascii: "\\"), UInt8(ascii: "{"), UInt8(ascii: "}"): append(symbol)
            case UInt8(ascii: "~"): append("\u{A0}")
            case UInt8(ascii: "_"): append("\u{2011}")
            // A destination that readers may ignore, and so does this one.
            case UInt8(ascii: "*"): group.isHidden = true
            case .lineFeed, .carriageReturn: append("\n")
            default: break
            }
        }

        private mutating func readWord(_ word: String, _ number: Int?) {
            let startsGroup = isGroupStart
            isGroupStart = false
            switch word {
            case "par", "line", "sect", "page", "row": append("\n")
            case "tab": append("\t")
            case "cell": append(" ")
            case "emdash": append("\u{2014}")
            case "endash": append("\u{2013}")
            case "bullet": append("\u{2022}")
            case "lquote": append("\u{2018}")
            case "rquote": append("\u{2019}")
            case "ldblquote": append("\u{201C}")
            case "rdblquote": append("\u{201D}")
            case "ansicpg": if let number, number > 0 { codePage = "cp\(number)" }
            case "mac": codePage = "macintosh"
            case "pc": codePage = "cp437"
            case "uc": group.substituteCount = min(max(number ?? 1, 0), 8)
            case "u": appendUnicode(number ?? 0)
            case "bin": index = min(input.endIndex, index + max(0, number ?? 0))
            case "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "fldinst",
                "header", "footer", "listtable", "generator":
                if startsGroup { group.isHidden = true }
            default: break
            }
        }

        private mutating func appendUnicode(_ number: Int) {
            flush()
            let unit = UInt16(truncatingIfNeeded: number)
            skip = group.substituteCount
            guard !group.isHidden else { return }
            // Surrogates come as two words; they are joined when the text is whole.
            if UTF16.isLeadSurrogate(unit) {
                highSurrogate = unit
            } else if UTF16.isTrailSurrogate(unit), let high = highSurrogate {
                highSurrogate = nil
                write(String(decoding: [high, unit], as: UTF16.self))
            } else {
                write(String(decoding: [unit], as: UTF16.self))
            }
        }

        private var highSurrogate: UInt16?

        private mutating func append(_ byte: UInt8) {
            isGroupStart = false
            if skip > 0 {
                skip -= 1
            } else if !group.isHidden {
                pending.append(byte)
            }
        }

        private mutating func append(_ text: String) {
            flush()
            skip = 0
            if !group.isHidden { write(text) }
        }

        private mutating func flush() {
            guard !pending.isEmpty else { return }
            write(Charset.decode(pending[...], label: codePage))
            pending.removeAll(keepingCapacity: true)
        }

        private mutating func write(_ text: String) {
            output += text
            outputCount += text.utf8.count
        }
    }
}
