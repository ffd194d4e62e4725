/// Bytes a client sent that were not looked at yet, given out as lines or to a `DataReader`.
///
/// Only CRLF ends a line. A line over the limit is thrown away as it comes, up to its end.
struct LineBuffer: Sendable {
    enum Line: Sendable {
        /// Without the CRLF.
        case line(ArraySlice<UInt8>)
        /// It was longer than the limit.
        case overlong
        /// It has a CR, an LF or a NUL inside.
        case foul
    }

    private var bytes: [UInt8] = []
    /// Where the bytes not given out yet begin.
    private var start = 0
    /// How far after `start` no line end was found.
    private var searched = 0
    private var isDiscarding = false

    var isEmpty: Bool { start == bytes.count && !isDiscarding }

    mutating func append(_ more: some Collection<UInt8>) {
        if start == bytes.count {
            bytes.removeAll(keepingCapacity: bytes.capacity <= 4096)
            start = 0
        } else if start > 4096 {
            bytes.removeFirst(start)
            start = 0
        }
        bytes.append(contentsOf: more)
    }

    /// The next line; nil when its end has not come.
    mutating func nextLine(limit: Int) -> Line? {
        var index = start + searched
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 10, index > start, bytes[index - 1] == 13 {
                defer {
                    start = index + 1
                    searched = 0
                    isDiscarding = false
                }
                if isDiscarding || index + 1 - start > limit { return .overlong }
                let line = bytes[start..<(index - 1)]
                return line.contains(where: Self.isFoul) ? .foul : .line(line)
            }
            index += 1
        }
        searched = bytes.count - start
        if searched > limit {
            // The last octet stays: it may be the CR of the CRLF that ends this line.
            isDiscarding = true
            start = bytes.count - 1
            searched = 1
        }
        return nil
    }

    mutating func feed(_ reader: inout DataReader) -> DataReader.Verdict? {
        var rest = bytes[start...]
        let verdict = reader.read(&rest)
        start = rest.startIndex
        if start == bytes.count && bytes.capacity > 1 << 16 {
            rest = []
            bytes = []
            start = 0
        }
        return verdict
    }

    private static func isFoul(_ byte: UInt8) -> Bool { byte == 13 || byte == 10 || byte == 0 }
}
