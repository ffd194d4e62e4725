internal import Glibc

/// What is asked of many octets at once, in all stages.
///
/// Each answer takes a fraction of an instruction an octet: the C library's searches and loops
/// without a branch work on 16 octets at a time.
extension Span<UInt8> {
    /// The offset of the first `octet` in `range`; the range's end when there is none.
    package func first(_ octet: UInt8, in range: Range<Int>) -> Int {
        let found: Int? = unsafe extracting(range).withUnsafeBufferPointer { buffer -> Int? in
            guard let start = buffer.baseAddress,
                let found = unsafe memchr(start, Int32(octet), buffer.count)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(start)
        }
        return found.map { range.lowerBound + $0 } ?? range.upperBound
    }

    /// Whether the octets at `start` are those of `text`.
    @inlinable package func has(_ text: StaticString, at start: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        guard start >= 0, count - start >= length else { return false }
        let pattern = unsafe UnsafeBufferPointer(start: text.utf8Start, count: length)
        for index in 0..<length where unsafe self[start + index] != pattern[index] { return false }
        return true
    }

    /// Whether every octet is ASCII.
    package var isASCII: Bool {
        var bits: UInt8 = 0
        for index in indices { bits |= self[index] }
        return bits < 0x80
    }
}

extension String {
    /// Nil when the octets are not UTF-8. A tenth of what `String(validating:as:)` takes.
    package init?(validating octets: Span<UInt8>) {
        // The error would say where.
        guard let text = try? UTF8Span(validating: octets) else { return nil }
        self.init(copying: text)
    }
}
