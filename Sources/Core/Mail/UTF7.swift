/// UTF-7 (RFC 2152): ASCII with `+` base64 of UTF-16 `-`.
enum UTF7 {
    static func decode(_ bytes: ArraySlice<UInt8>) -> (text: String, bad: Int) {
        let input = bytes.span
        var output: [UInt8] = []
        output.reserveCapacity(input.count)
        var bad = 0
        var index = 0
        while index < input.count {
            let byte = input[index]
            index += 1
            guard byte == UInt8(ascii: "+") else {
                if byte >= 128 { bad += 1 }
                output.appendUTF8(byte < 128 ? UInt32(byte) : 0xFFFD)
                continue
            }
            let start = index
            while index < input.count, isBase64(input[index]) { index += 1 }
            let isEnded = index < input.count && input[index] == UInt8(ascii: "-")
            if index == start {
                // `+-` is a plus sign (RFC 2152, rule 2); a lone `+` is left as it is.
                output.append(byte)
            } else {
                let encoded = bytes[(bytes.startIndex + start)..<(bytes.startIndex + index)]
                let units = Base64.decode(encoded)
                // A last odd octet is padding.
                let (text, wrong) = WideUnicode.utf16(
                    units.prefix(units.count / 2 * 2), bigEndian: true)
                bad += wrong
                output += Array(text.utf8)
            }
            if isEnded { index += 1 }
        }
        return (String(decoding: output, as: UTF8.self), bad)
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        byte.isDigit || byte.lowered &- 97 < 26 || byte == UInt8(ascii: "+")
            || byte == UInt8(ascii: "/")
    }
}
