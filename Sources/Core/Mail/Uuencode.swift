internal import CoreSystem

/// uuencode: the encoding of attachments before MIME, as a transfer encoding and inside text.
///
/// POSIX uuencode: `begin MODE NAME`, lines of a length character and up to 45 octets in groups
/// of four characters, a line of length zero, `end`. A missing end is not missed.
package enum Uuencode {
    /// A file found in text.
    package struct File: Hashable, Sendable {
        package let name: String
        /// Lines from `begin` to `end`, both included, as offsets into the text's octets.
        package let range: Range<Int>
        package let bytes: [UInt8]
    }

    /// The first file of a body that is uuencoded as a whole; a body without `begin` line is
    /// taken as lines alone.
    static func decode(_ body: ArraySlice<UInt8>, limit: Int = .max) -> [UInt8] {
        let input = body.span
        var index = 0
        while index < input.count {
            if beginLine(input, at: index) != nil {
                index = input.first(.lineFeed, in: index..<input.count) + 1
                break
            }
            index = input.first(.lineFeed, in: index..<input.count) + 1
        }
        if index >= input.count { index = 0 }
        var decoded: [UInt8] = []
        _ = decodeLines(input, from: index, limit: limit, to: &decoded)
        if decoded.count > limit { decoded.removeLast(decoded.count - limit) }
        return decoded
    }

    /// The files in a text, in their order. `begin` counts only where lines of the right length
    /// follow, so that prose which starts a line with the word is left alone.
    package static func files(in text: [UInt8]) -> [File] {
        let input = text.span
        var files: [File] = []
        var index = 0
        while index < input.count {
            let next = min(input.count, input.first(.lineFeed, in: index..<input.count) + 1)
            if let name = beginLine(input, at: index) {
                var bytes: [UInt8] = []
                let end = decodeLines(input, from: next, limit: .max, to: &bytes)
                if end > next {
                    files.append(File(name: name, range: index..<end, bytes: bytes))
                    index = end
                    continue
                }
            }
            index = next
        }
        return files
    }

    /// The text with each file in it made one line, its name in brackets: `[log.txt]`.
    package static func naming(filesIn bytes: [UInt8]) -> [UInt8] {
        let files = files(in: bytes)
        if files.isEmpty { return bytes }
        var output: [UInt8] = []
        var position = 0
        for file in files {
            output += bytes[position..<file.range.lowerBound]
            output += Array("[\(file.name)]\n".utf8)
            position = file.range.upperBound
        }
        return output + bytes[position...]
    }

    /// The name on a `begin 644 name` line at `start`; nil when it is none.
    private static func beginLine(_ input: borrowing Span<UInt8>, at start: Int) -> String? {
        guard input.has("begin ", at: start) else { return nil }
        var index = start + 6
        let modeStart = index
        while index < input.count, input[index] &- 48 < 8 { index += 1 }
        guard (3...4).contains(index - modeStart), index < input.count, input[index] == .blank
        else { return nil }
        let end = input.first(.lineFeed, in: index..<input.count)
        var name: [UInt8] = []
        for position in index..<end { name.append(input[position]) }
        return Charset.decode(name[...], label: nil).withoutControls.trimmed
    }

    /// Decodes lines until `end`, or until one that is none; returns the offset after the last.
    /// Once `limit` octets are there, lines are passed over.
    private static func decodeLines(
        _ input: borrowing Span<UInt8>, from start: Int, limit: Int, to output: inout [UInt8]
    ) -> Int {
        var index = start
        while index < input.count {
            let lineEnd = input.first(.lineFeed, in: index..<input.count)
            let next = min(lineEnd + 1, input.count)
            if input.has("end", at: index), lineEnd - index <= 4 { return next }
            var end = lineEnd
            while end > index && input[end - 1].isWhiteSpace { end -= 1 }
            // A line of length zero: blanks may have been cut from it altogether.
            guard end > index, input[index] > 32, input[index] <= 96 else {
                if end == index { index = next; continue }
                return index
            }
            let count = Int((input[index] &- 32) & 63)
            let characters = (count + 2) / 3 * 4
            // Blanks at the end (zeros) are cut on the way; a checksum character may follow.
            guard end - index - 1 <= characters + 2 else { return index }
            if output.count < limit {
                append(input, index + 1..<end, count: count, to: &output)
            }
            index = next
        }
        return index
    }

    private static func append(
        _ input: borrowing Span<UInt8>, _ range: Range<Int>, count: Int, to output: inout [UInt8]
    ) {
        var left = count
        var index = range.lowerBound
        while left > 0 {
            var bits: UInt32 = 0
            for offset in 0..<4 {
                let position = index + offset
                let value = position < range.upperBound ? (input[position] &- 32) & 63 : 0
                bits = bits << 6 | UInt32(value)
            }
            for octet in 0..<min(3, left) {
                output.append(UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * octet)))
            }
            left -= 3
            index += 4
        }
    }
}
