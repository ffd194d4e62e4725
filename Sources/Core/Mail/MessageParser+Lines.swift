internal import CoreSystem
internal import Glibc

/// Where parts begin and end: the delimiter lines (RFC 2046 §5.1.1).
extension MessageParser {
    /// The next delimiter line of an open boundary, from the start of a line on.
    func nextDelimiter(from start: Int) -> Delimiter {
        let input = source.span
        var position = boundaries.isEmpty ? input.count : start
        while position < input.count {
            if input[position] == UInt8(ascii: "-"), let found = delimiter(at: position) {
                return found
            }
            position = input.first(.lineFeed, in: position..<input.count) + 1
        }
        return Delimiter(level: -1, isClose: false, start: input.count, next: input.count)
    }

    /// The delimiter on the line that starts at `start`; nil when it is no open boundary's.
    func delimiter(at start: Int) -> Delimiter? {
        let input = source.span
        guard input.has("--", at: start), !boundaries.isEmpty else { return nil }
        let next = min(input.first(.lineFeed, in: start..<input.count) + 1, input.count)
        // RFC 2046 §5.1.1: blanks may have been added at the end of the line.
        var end = next
        while end > start + 2, input[end - 1].isWhiteSpace { end -= 1 }
        let text = (start + 2)..<end
        for level in boundaries.indices.reversed() where Self.equal(input, text, boundaries[level])
        {
            return Delimiter(level: level, isClose: false, start: start, next: next)
        }
        guard text.count > 2, input.has("--", at: text.upperBound - 2) else { return nil }
        let closing = text.lowerBound..<(text.upperBound - 2)
        for level in boundaries.indices.reversed()
        where Self.equal(input, closing, boundaries[level]) {
            return Delimiter(level: level, isClose: true, start: start, next: next)
        }
        return nil
    }

    /// Whether a line in a header is the boundary that this very header declares.
    func startsOwnPart(_ line: Int, _ fields: [Header.Field]) -> Bool {
        let header = Header(fields: fields, range: line..<line, source: source)
        guard let value = header.bytes("Content-Type"),
            let type = MediaType(reading: value, limits: limits), type.isMultipart
        else { return false }
        let boundary = Draft.boundary(of: type)
        let input = source.span
        var end = input.first(.lineFeed, in: line..<input.count)
        while end > line + 2, input[end - 1].isWhiteSpace { end -= 1 }
        return !boundary.isEmpty && Self.equal(input, (line + 2)..<end, boundary)
    }

    private static func equal(
        _ input: borrowing Span<UInt8>, _ range: Range<Int>, _ bytes: [UInt8]
    ) -> Bool {
        guard range.count == bytes.count else { return false }
        // Long boundaries that differ in their last octets only are compared for each line.
        return unsafe input.extracting(range).withUnsafeBufferPointer { line in
            unsafe bytes.withUnsafeBufferPointer { boundary in
                guard let one = line.baseAddress, let other = boundary.baseAddress else {
                    return true
                }
                return unsafe memcmp(one, other, line.count) == 0
            }
        }
    }

    /// RFC 2046 §5.1.1: the line end before a delimiter belongs to the delimiter.
    func bodyEnd(_ delimiter: Delimiter, _ bodyStart: Int) -> Int {
        guard delimiter.level >= 0 else { return max(bodyStart, delimiter.start) }
        var end = delimiter.start
        if end > bodyStart, source[end - 1] == .lineFeed { end -= 1 }
        if end > bodyStart, source[end - 1] == .carriageReturn { end -= 1 }
        return max(end, bodyStart)
    }
}
