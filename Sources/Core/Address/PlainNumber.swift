/// Reads the numbers that most messages go to without libphonenumber, which costs 9 ms of CPU.
///
/// A number is plain when its first digits and its length decide: `+14155551212`,
/// `1-415-555-1212`; `07700...` is not. The answer is libphonenumber's, or nil: not plain, so the
/// library must be asked. It never refuses a number.
package enum PlainNumber {
    /// The E.164 form of a plain number.
    package static func read(_ text: String, region: Region) -> PhoneNumber? {
        guard let (international, digits) = digits(of: text) else { return nil }
        if international { return number(digits) }
        guard let row = row(ofRegion: region.code) else { return nil }
        let code = String(row.code)
        if digits.hasPrefix(code) {
            // Longer than any national number, so its first digits are the calling code.
            guard digits.utf8.count > row.longest,
                has(row.afterCode, digit: digits.utf8.dropFirst(code.utf8.count).first)
            else { return nil }
            return number(digits)
        }
        guard has(row.national, digit: digits.utf8.first) else { return nil }
        return number(code + digits)
    }

    /// Whether even the library would find no number: fewer than two digits, and only ASCII.
    package static func isHopeless(_ text: String) -> Bool {
        var count = 0
        for byte in text.utf8 {
            if byte >= 0x80 { return false }
            if isDigit(byte) { count += 1 }
            if count == 2 { return false }
        }
        return true
    }

    /// The row of the calling code that an E.164 number begins with. Codes are prefix-free.
    static func callingCode(of e164: String) -> PlainNumberTable.CallingCode? {
        var code = 0
        for byte in e164.utf8.dropFirst().prefix(3) where isDigit(byte) {
            code = code * 10 + Int(byte - UInt8(ascii: "0"))
            if let row = row(ofCode: code) { return row }
        }
        return nil
    }

    static func row(ofRegion name: String) -> PlainNumberTable.RegionRow? {
        let rows = PlainNumberTable.regions
        let index = firstIndex(in: rows) { $0.name >= name }
        return index < rows.count && rows[index].name == name ? rows[index] : nil
    }

    private static func row(ofCode code: Int) -> PlainNumberTable.CallingCode? {
        let rows = PlainNumberTable.callingCodes
        let index = firstIndex(in: rows) { $0.code >= code }
        return index < rows.count && rows[index].code == code ? rows[index] : nil
    }

    /// The first row for which `holds`, in rows where it holds for all from some row on.
    private static func firstIndex<Row>(in rows: [Row], where holds: (Row) -> Bool) -> Int {
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low + high) / 2
            if holds(rows[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// `+` and the digits, where the calling code's row vouches for what follows the code.
    private static func number(_ digits: String) -> PhoneNumber? {
        let e164 = "+" + digits
        guard let row = callingCode(of: e164) else { return nil }
        let national = digits.utf8.dropFirst(String(row.code).utf8.count)
        guard has(row.first, digit: national.first), row.lengths >> national.count & 1 == 1
        else { return nil }
        return PhoneNumber(e164: e164)
    }

    /// The digits, and whether `+` was in front. Between two digits one `-`, `.` or blank may
    /// stand; with anything else the text is not plain.
    private static func digits(of text: String) -> (international: Bool, String)? {
        var rest = text.utf8[...]
        let international = rest.first == UInt8(ascii: "+")
        if international { rest = rest.dropFirst() }
        guard rest.count <= 40 else { return nil }
        var digits: [UInt8] = []
        digits.reserveCapacity(rest.count)
        var afterDigit = false
        for byte in rest {
            if isDigit(byte) {
                digits.append(byte)
                afterDigit = true
            } else {
                guard afterDigit, byte == 0x20 || byte == 0x2D || byte == 0x2E else { return nil }
                afterDigit = false
            }
        }
        guard afterDigit, digits.count >= 3 else { return nil }
        return (international, String(decoding: digits, as: UTF8.self))
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func has(_ mask: Int, digit: UInt8?) -> Bool {
        guard let digit, isDigit(digit) else { return false }
        return mask >> Int(digit - UInt8(ascii: "0")) & 1 == 1
    }
}
