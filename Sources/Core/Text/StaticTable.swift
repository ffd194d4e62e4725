/// Looks up byte strings in a sorted table that lies in the program's read-only data.
///
/// `sms-deliver` starts once for each message, so nothing may be built at start-up that most
/// messages never use: a table is a `StaticString` of records `key` + mark + `value`, separated by
/// blanks and sorted by the bytes of the keys, and a look-up bisects it. The mark is `:` or `.`; a key
/// holds neither of them and no blank, a value no blank.
@safe struct StaticTable: Sendable {
    private let records: StaticString

    init(_ records: StaticString) { self.records = records }

    /// What the table says about one key.
    struct Record {
        /// The character between key and value.
        let mark: UInt8
        /// The bytes of the value.
        let value: [UInt8]
    }

    /// Finds the record of `key`, or nil. Compares at most about 15 keys for 2,000 records.
    func find(_ key: ArraySlice<UInt8>) -> Record? {
        records.withUTF8Buffer { table in
            var low = 0
            var high = table.count
            while low < high {
                var start = low + (high - low) / 2
                while start > low, unsafe table[start - 1] != blank { start -= 1 }
                var end = start
                while end < high, unsafe table[end] != blank { end += 1 }

                var position = start
                var order = 0  // of the record's key against the one looked for
                for byte in key {
                    let stored: UInt8 = unsafe position < end ? table[position] : 0
                    guard stored == byte else {
                        order = isKeyByte(stored) && stored > byte ? 1 : -1
                        break
                    }
                    position += 1
                }
                if order == 0, position < end, unsafe isKeyByte(table[position]) { order = 1 }

                if order == 0 {
                    guard position < end else { return nil }
                    return unsafe Record(
                        mark: table[position], value: Array(table[(position + 1)..<end]))
                }
                if order < 0 { low = min(end + 1, high) } else { high = max(start - 1, low) }
            }
            return nil
        }
    }

    private func isKeyByte(_ byte: UInt8) -> Bool {
        byte != 0 && byte != UInt8(ascii: ":") && byte != UInt8(ascii: ".")
    }
}

private let blank = UInt8(ascii: " ")
