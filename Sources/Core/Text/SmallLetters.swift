/// Text made small letters as bytes, for comparing with the words of this stage's tables.
///
/// ASCII, the accented letters of Latin-1 and Cyrillic are made small; other letters stay, which is enough
/// for words that hardly ever begin with one. `String.lowercased` knows all of Unicode and takes far longer.
extension Sequence<UInt8> {
    var smallLetters: [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(underestimatedCount)
        var lead: UInt8 = 0
        for byte in self {
            switch (lead, byte) {
            case (0xC3, 0x80...0x96), (0xC3, 0x98...0x9E):  // À to Þ
                output.append(byte + 0x20)
            case (0xD0, 0x90...0x9F):  // А to П
                output.append(byte + 0x20)
            case (0xD0, 0xA0...0xAF):  // Р to Я
                output[output.count - 1] = 0xD1
                output.append(byte - 0x20)
            default:
                output.append(byte.asciiLowercased)
            }
            lead = byte
        }
        return output
    }
}

extension ArraySlice<UInt8> {
    /// Without white space and asterisks, which stand for bold, at both ends.
    var trimmed: ArraySlice<UInt8> {
        var rest = self
        while let first = rest.first, first.isHTMLSpace || first == UInt8(ascii: "*") {
            rest = rest.dropFirst()
        }
        while let last = rest.last, last.isHTMLSpace || last == UInt8(ascii: "*") {
            rest = rest.dropLast()
        }
        return rest
    }

    func hasPrefix(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { wanted in
            guard count >= wanted.count else { return false }
            return unsafe prefix(wanted.count).elementsEqual(wanted)
        }
    }

    func hasSuffix(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { wanted in
            guard count >= wanted.count else { return false }
            return unsafe suffix(wanted.count).elementsEqual(wanted)
        }
    }

    func isEqual(to text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && hasPrefix(text)
    }
}

/// Words to look for in a text of small letters, each where a word of the text begins.
struct WordSearch: Sendable {
    private let words: [StaticString]
    /// For each byte whether a word begins with it.
    private let begins: [Bool]

    init(_ words: [StaticString]) {
        self.words = words
        var begins = [Bool](repeating: false, count: 256)
        for word in words {
            word.withUTF8Buffer { bytes in
                if let first = unsafe bytes.first { begins[Int(first)] = true }
            }
        }
        self.begins = begins
    }

    func isFound(in text: [UInt8]) -> Bool {
        var previous = UInt8(ascii: " ")
        for (index, byte) in text.enumerated() {
            defer { previous = byte }
            if !begins[Int(byte)] || previous.isASCIILetter || previous >= 0x80 { continue }
            let rest = text[index...]
            if words.contains(where: { rest.hasPrefix($0) }) { return true }
        }
        return false
    }
}
