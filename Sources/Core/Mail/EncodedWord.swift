internal import CoreSystem

/// Encoded words in a header: `=?charset?B?...?=` and `=?charset?Q?...?=` (RFC 2047).
///
/// In: the octets of a field's body or a part of it. Out: text, unfolded. Read as people write
/// them: glued to other text, with blanks inside, inside quoted strings, with a character split
/// between two words (their octets are joined before the charset is applied; each word's base64
/// is decoded by itself). What is not an encoded word stays as it is. Linear in its input.
package enum EncodedWord {
    package static func text(from bytes: ArraySlice<UInt8>) -> String {
        let input = bytes.span
        guard let first = nextWord(input, from: 0) else {
            return Header.unfolded(bytes, charset: nil)
        }
        var output = ""
        var word: Word? = first
        var position = 0
        // Octets of words of one charset in a row.
        var pending: (charset: String, octets: [UInt8])?
        while let current = word {
            let gap = slice(bytes, position..<current.range.lowerBound)
            // RFC 2047 §6.2: white space between two encoded words is not shown.
            if pending == nil || !gap.allSatisfy(\.isWhiteSpace) {
                flush(&pending, to: &output)
                output += Header.unfolded(gap, charset: nil)
            }
            var octets: [UInt8] = []
            if let words = pending, words.charset == current.charset, !isStateful(words.charset) {
                octets = words.octets
            } else {
                flush(&pending, to: &output)
            }
            pending = nil
            current.appendOctets(from: bytes, to: &octets)
            pending = (current.charset, octets)
            position = current.range.upperBound
            word = nextWord(input, from: position)
        }
        flush(&pending, to: &output)
        return output + Header.unfolded(slice(bytes, position..<input.count), charset: nil)
    }

    /// One encoded word; offsets count from the start of the input.
    private struct Word {
        let range: Range<Int>
        /// Lower case, without RFC 2231 §5's language.
        let charset: String
        let isBase64: Bool
        let encoded: Range<Int>

        func appendOctets(from bytes: ArraySlice<UInt8>, to octets: inout [UInt8]) {
            let text = EncodedWord.slice(bytes, encoded)
            if isBase64 {
                octets += Base64.decode(text)
            } else if text.contains(where: { $0 == .lineFeed || $0 == .carriageReturn }) {
                let unfolded = text.filter { $0 != .lineFeed && $0 != .carriageReturn }
                QuotedPrintable.decodeWord(unfolded[...], to: &octets)
            } else {
                QuotedPrintable.decodeWord(text, to: &octets)
            }
        }
    }

    private static func slice(_ bytes: ArraySlice<UInt8>, _ range: Range<Int>) -> ArraySlice<UInt8>
    {
        bytes[(bytes.startIndex + range.lowerBound)..<(bytes.startIndex + range.upperBound)]
    }

    private static func flush(
        _ pending: inout (charset: String, octets: [UInt8])?, to text: inout String
    ) {
        guard let words = pending else { return }
        text += Charset.decode(words.octets[...], label: words.charset)
        pending = nil
    }

    /// RFC 2047 §3: a charset with shifts begins and ends each word in ASCII.
    private static func isStateful(_ label: String) -> Bool {
        switch Charset(label: label)?.scheme {
        case .iso2022JP, .iso2022KR, .hz, .utf7: true
        default: false
        }
    }

    private static func nextWord(_ input: borrowing Span<UInt8>, from start: Int) -> Word? {
        var index = start
        while true {
            index = input.first(UInt8(ascii: "="), in: index..<input.count)
            guard index < input.count else { return nil }
            if let word = word(input, at: index) { return word }
            index += 1
        }
    }

    // RFC 2047 §2: "=?" charset "?" encoding "?" encoded-text "?=".
    private static func word(_ input: borrowing Span<UInt8>, at start: Int) -> Word? {
        guard input.has("=?", at: start) else { return nil }
        let question = UInt8(ascii: "?")
        // No charset has a name of more octets (IANA's limit is 40), so a flood of "=?" stays cheap.
        let charsetEnd = input.first(question, in: (start + 2)..<min(input.count, start + 82))
        guard charsetEnd + 2 < input.count, input[charsetEnd] == question,
            input[charsetEnd + 2] == question
        else { return nil }
        let encoding = input[charsetEnd + 1].lowered
        guard encoding == UInt8(ascii: "b") || encoding == UInt8(ascii: "q") else { return nil }
        let isBase64 = encoding == UInt8(ascii: "b")
        var charset: [UInt8] = []
        for index in (start + 2)..<charsetEnd {
            if input[index].isWhiteSpace { return nil }
            if input[index] == UInt8(ascii: "*") { break }
            charset.append(input[index].lowered)
        }
        let textStart = charsetEnd + 3
        var end = input.first(question, in: textStart..<input.count)
        // RFC 2047 §4.2 wants a question mark in the text encoded; one at its very end is sent.
        if end + 2 < input.count, input[end + 1] == question { end += 1 }
        guard end + 1 < input.count, input[end + 1] == UInt8(ascii: "=") else { return nil }
        return Word(
            range: start..<(end + 2), charset: String(decoding: charset, as: UTF8.self),
            isBase64: isBase64, encoded: textStart..<end)
    }
}
