/// A charset of one octet a character whose lower half is ASCII: its upper half, 128 scalars.
struct SingleByteTable: Sendable {
    /// The scalars of the octets 80 to FF; U+FFFD where the set has none.
    let upperHalf: [UInt16]

    init(_ upperHalf: [UInt16]) {
        precondition(upperHalf.count == 128, "a table has 128 rows")
        self.upperHalf = upperHalf
    }

    /// The text, and how many octets had no meaning.
    func decode(_ bytes: ArraySlice<UInt8>) -> (text: String, undefined: Int) {
        let input = bytes.span
        var output: [UInt8] = []
        output.reserveCapacity(input.count + input.count / 2)
        var undefined = 0
        for index in 0..<input.count {
            let byte = input[index]
            guard byte >= 128 else {
                output.append(byte)
                continue
            }
            let scalar = upperHalf[Int(byte) - 128]
            if scalar == 0xFFFD { undefined += 1 }
            output.appendUTF8(UInt32(scalar))
        }
        return (String(decoding: output, as: UTF8.self), undefined)
    }
}

extension [UInt8] {
    /// Appends a scalar value in UTF-8; a surrogate or a value beyond Unicode as U+FFFD.
    mutating func appendUTF8(_ value: UInt32) {
        switch value {
        case 0..<0x80:
            append(UInt8(value))
        case 0x80..<0x800:
            append(0xC0 | UInt8(value >> 6))
            append(0x80 | UInt8(value & 63))
        case 0xD800..<0xE000, 0x110000...:
            append(contentsOf: [0xEF, 0xBF, 0xBD])
        case 0x800..<0x10000:
            append(0xE0 | UInt8(value >> 12))
            append(0x80 | UInt8(value >> 6 & 63))
            append(0x80 | UInt8(value & 63))
        default:
            append(0xF0 | UInt8(value >> 18))
            append(0x80 | UInt8(value >> 12 & 63))
            append(0x80 | UInt8(value >> 6 & 63))
            append(0x80 | UInt8(value & 63))
        }
    }
}
