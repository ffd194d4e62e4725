/// The first digits of numbers that cost extra: premium-rate and shared-cost ones.
///
/// A number without such a prefix is neither in any release of libphonenumber that the table was
/// made from, so most messages need not load the library (9 ms of CPU) to be let through. A number
/// with one may be: ask `NumberReader.kind(of:)`.
package enum CostlyPrefix {
    package static func mayBegin(_ number: PhoneNumber) -> Bool {
        // libphonenumber reads a zero in front as part of the number where it finds no better use for
        // it, and the table, made from the countries' own patterns, does not know such numbers.
        if let code = number.callingCode,
            number.e164.utf8.dropFirst(1 + code.utf8.count).first == UInt8(ascii: "0")
        {
            return true
        }
        let table = table
        guard let shortest = table.first else { return false }
        var prefix: Int32 = 0
        // Three digits of a calling code and five of the number are the most the table has.
        for digit in number.e164.utf8.dropFirst().prefix(8) {
            prefix = prefix * 10 + Int32(digit - UInt8(ascii: "0"))
            if prefix >= shortest, contains(prefix, table) { return true }
        }
        return false
    }

    private static func contains(_ prefix: Int32, _ table: [Int32]) -> Bool {
        var low = 0
        var high = table.count
        while low < high {
            let middle = (low + high) / 2
            if table[middle] < prefix { low = middle + 1 } else { high = middle }
        }
        return low < table.count && table[low] == prefix
    }
}
