internal import CoreSystem

/// Text made small letters as bytes, for comparing with the words of this stage's tables.
///
/// ASCII, the accented letters of Latin-1 and Cyrillic are made small; other letters stay, which is enough
/// for words that hardly ever begin with one. `String.lowercased` knows all of Unicode and takes far longer.
extension Span<UInt8> {
    var smallLetters: [UInt8] {
        var output: [UInt8] = []
        output.append(addingCapacity: count) { output in
            var lead: UInt8 = 0
            for index in indices {
                let byte = self[index]
                switch (lead, byte) {
                case (_, 0..<0x80):
                    output.append(byte.asciiLowercased)
                case (0xC3, 0x80...0x96), (0xC3, 0x98...0x9E):  // À to Þ
                    output.append(byte + 0x20)
                case (0xD0, 0x90...0x9F):  // А to П
                    output.append(byte + 0x20)
                case (0xD0, 0xA0...0xAF):  // Р to Я
                    _ = output.removeLast()
                    output.append(0xD1)
                    output.append(byte - 0x20)
                default:
                    output.append(byte)
                }
                lead = byte
            }
        }
        return output
    }
}

extension [UInt8] {
    var smallLetters: [UInt8] { span.smallLetters }
}

extension ArraySlice<UInt8> {
    var smallLetters: [UInt8] { span.smallLetters }

    /// Without white space and asterisks, which stand for bold, at both ends.
    var trimmed: ArraySlice<UInt8> {
        let isBold = UInt8(ascii: "*")
        var (start, end) = (startIndex, endIndex)
        while start < end, self[start].isHTMLSpace || self[start] == isBold { start += 1 }
        while start < end, self[end - 1].isHTMLSpace || self[end - 1] == isBold { end -= 1 }
        return self[start..<end]
    }

    func hasPrefix(_ text: StaticString) -> Bool { span.has(text, at: 0) }

    func hasSuffix(_ text: StaticString) -> Bool {
        span.has(text, at: count - text.utf8CodeUnitCount)
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
        let octets = text.span
        for index in octets.indices where begins[Int(octets[index])] {
            if index > 0, octets[index - 1].isASCIILetter || octets[index - 1] >= 0x80 { continue }
            if words.contains(where: { octets.has($0, at: index) }) { return true }
        }
        return false
    }
}
