/// Reads HTML's character references: `&eacute;`, `&#8364;`, `&#x20AC;`, and what mail makes of them.
///
/// In: bytes, and where an ampersand stands. Out: the scalars it stands for, and how many bytes it took.
/// As HTML's tokenizer does it, 106 old names are taken without their semicolon, numbers 128–159 mean
/// windows-1252, and impossible numbers become U+FFFD. nil says that the ampersand is only an ampersand.
struct Entity {
    let first: Unicode.Scalar
    /// 93 names stand for two scalars.
    let second: Unicode.Scalar?
    /// Bytes from the ampersand to the end of the reference.
    let byteCount: Int

    /// - Parameter inAttribute: an old name without semicolon is left alone there when `=`, a letter or a
    ///   digit follows, so that `?a=1&copy=2` stays an address.
    init?(in bytes: [UInt8], at ampersand: Int, end: Int, inAttribute: Bool = false) {
        let start = ampersand + 1
        guard start < end else { return nil }
        if bytes[start] == UInt8(ascii: "#") {
            self.init(numberIn: bytes, ampersand: ampersand, end: end)
        } else if bytes[start].isASCIILetter {
            self.init(nameIn: bytes, ampersand: ampersand, end: end, inAttribute: inAttribute)
        } else {
            return nil
        }
    }

    private init?(numberIn bytes: [UInt8], ampersand: Int, end: Int) {
        var position = ampersand + 2
        let isHexadecimal = position < end && bytes[position] | 0x20 == UInt8(ascii: "x")
        if isHexadecimal { position += 1 }
        let digits = position
        var number: UInt32 = 0
        while position < end, let digit = bytes[position].hexadecimalValue,
            isHexadecimal || digit < 10
        {
            // Past Unicode's end nothing can bring it back, so the sum need not go on.
            if number <= 0x10_FFFF { number = number * (isHexadecimal ? 16 : 10) + digit }
            position += 1
        }
        guard position > digits else { return nil }
        if position < end, bytes[position] == UInt8(ascii: ";") { position += 1 }
        first = Self.scalar(numbered: number)
        second = nil
        byteCount = position - ampersand
    }

    private init?(nameIn bytes: [UInt8], ampersand: Int, end: Int, inAttribute: Bool) {
        let start = ampersand + 1
        var position = start
        while position < end, position - start < Self.longestName,
            bytes[position].isASCIILetterOrDigit
        {
            position += 1
        }
        let hasSemicolon = position < end && bytes[position] == UInt8(ascii: ";")
        if hasSemicolon, let record = Self.table.find(bytes[start..<position]) {
            self.init(record, byteCount: position + 1 - ampersand)
            return
        }
        var length = min(position - start, Self.longestOldName)
        while length >= Self.shortestOldName {
            let end = start + length
            if let record = Self.table.find(bytes[start..<end]), record.mark == UInt8(ascii: ".") {
                let next = end < bytes.count ? bytes[end] : 0
                if inAttribute, next == UInt8(ascii: "=") || next.isASCIILetterOrDigit {
                    return nil
                }
                self.init(record, byteCount: end - ampersand)
                return
            }
            length -= 1
        }
        return nil
    }

    private init?(_ record: StaticTable.Record, byteCount: Int) {
        var numbers: [UInt32] = [0]
        for byte in record.value {
            if let digit = byte.hexadecimalValue {
                numbers[numbers.count - 1] = numbers[numbers.count - 1] * 16 + digit
            } else {
                numbers.append(0)
            }
        }
        guard let first = Unicode.Scalar(numbers[0]) else { return nil }
        self.first = first
        second = numbers.count > 1 ? Unicode.Scalar(numbers[1]) : nil
        self.byteCount = byteCount
    }

    /// The scalar that a numeric reference means: windows-1252 for 128–159, U+FFFD for what cannot be.
    private static func scalar(numbered number: UInt32) -> Unicode.Scalar {
        if (0x80...0x9F).contains(number) {
            return Unicode.Scalar(windows1252[Int(number) - 0x80]) ?? "\u{FFFD}"
        }
        guard number != 0, let scalar = Unicode.Scalar(number) else { return "\u{FFFD}" }
        return scalar
    }

    private static let table = StaticTable(EntityTable.records)
    private static let longestName = 31
    private static let longestOldName = 6
    private static let shortestOldName = 2

    /// The meanings that HTML gives to the numbers 128–159: those of windows-1252, where it has one.
    private static let windows1252: [UInt16] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
        0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
    ]
}
