/// UTF-16 and UTF-32, in either byte order (RFC 2781).
enum WideUnicode {
    /// `bigEndian` nil: a byte order mark decides, and big-endian is meant without one
    /// (RFC 2781 §4.3), unless the zeros of Latin text say otherwise.
    static func utf16(
        _ bytes: ArraySlice<UInt8>, bigEndian: Bool?
    ) -> (text: String, bad: Int) {
        let input = bytes.span
        var order = bigEndian
        var index = 0
        if input.count >= 2 {
            if input[0] == 0xFE, input[1] == 0xFF {
                order = true
                index = 2
            } else if input[0] == 0xFF, input[1] == 0xFE {
                order = false
                index = 2
            }
        }
        let isBig = order ?? !(input.count >= 2 && input[0] != 0 && input[1] == 0)
        func unit(_ at: Int) -> UInt32 {
            let (first, second) = (
                UInt32(bytes[bytes.startIndex + at]), UInt32(bytes[bytes.startIndex + at + 1])
            )
            return isBig ? first << 8 | second : second << 8 | first
        }
        var output: [UInt8] = []
        output.reserveCapacity(input.count)
        var bad = 0
        while index + 1 < input.count {
            var scalar = unit(index)
            index += 2
            if 0xD800..<0xDC00 ~= scalar, index + 1 < input.count, 0xDC00..<0xE000 ~= unit(index) {
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (unit(index) - 0xDC00)
                index += 2
            }
            if 0xD800..<0xE000 ~= scalar { bad += 1 }
            output.appendUTF8(scalar)
        }
        if index < input.count {
            bad += 1
            output.appendUTF8(0xFFFD)
        }
        return (String(decoding: output, as: UTF8.self), bad)
    }

    static func utf32(
        _ bytes: ArraySlice<UInt8>, bigEndian: Bool?
    ) -> (text: String, bad: Int) {
        let input = bytes.span
        var isBig = bigEndian ?? true
        var index = 0
        if input.count >= 4 {
            let first =
                UInt32(input[0]) << 24 | UInt32(input[1]) << 16 | UInt32(input[2]) << 8
                | UInt32(input[3])
            if first == 0xFEFF { (isBig, index) = (true, 4) }
            if first == 0xFFFE_0000 { (isBig, index) = (false, 4) }
        }
        var output: [UInt8] = []
        output.reserveCapacity(input.count)
        var bad = 0
        while index + 3 < input.count {
            var scalar: UInt32 = 0
            for offset in 0..<4 {
                scalar = scalar << 8 | UInt32(input[index + (isBig ? offset : 3 - offset)])
            }
            if scalar > 0x10FFFF || 0xD800..<0xE000 ~= scalar { bad += 1 }
            output.appendUTF8(scalar)
            index += 4
        }
        if index < input.count {
            bad += 1
            output.appendUTF8(0xFFFD)
        }
        return (String(decoding: output, as: UTF8.self), bad)
    }
}
