/// The 7-bit charsets that switch sets by escapes: ISO-2022-JP, ISO-2022-KR and HZ.
///
/// The escapes are read here and the characters turned into their 8-bit form (EUC), which a
/// stateless converter reads: glibc's own converters for these keep a state, and have had holes.
enum ISO2022 {
    /// ISO-2022-JP (RFC 1468) with JIS X 0212 and 0201 (RFC 1554, and Microsoft's CP50221).
    static func japanese(_ bytes: ArraySlice<UInt8>) -> (text: String, bad: Int) {
        enum Set { case ascii, kanji, supplement, katakana, unknown }
        let input = bytes.span
        var set = Set.ascii
        var euc: [UInt8] = []
        euc.reserveCapacity(input.count)
        var bad = 0
        var index = 0
        while index < input.count {
            let byte = input[index]
            if byte == 0x1B {
                let (next, length): (Set, Int) =
                    if input.has("\u{1B}$B", at: index) || input.has("\u{1B}$@", at: index) {
                        (.kanji, 3)
                    } else if input.has("\u{1B}(B", at: index) || input.has("\u{1B}(J", at: index) {
                        (.ascii, 3)
                    } else if input.has("\u{1B}(I", at: index) {
                        (.katakana, 3)
                    } else if input.has("\u{1B}$(D", at: index) {
                        (.supplement, 4)
                    } else if input.has("\u{1B}$(", at: index) || input.has("\u{1B}$A", at: index) {
                        (.unknown, input.has("\u{1B}$A", at: index) ? 3 : 4)
                    } else {
                        (set, 1)
                    }
                set = next
                index += length
                continue
            }
            // RFC 1468: a line end returns to ASCII. Octets beyond 7 bits are half-width katakana.
            if byte == .lineFeed || byte == .carriageReturn { set = .ascii }
            if byte >= 0xA1 && byte <= 0xDF {
                euc += [0x8E, byte]
                index += 1
                continue
            }
            guard byte > 32, byte < 127, set != .ascii else {
                if byte >= 128 {
                    bad += 1
                    euc.append(0xFF)
                } else {
                    euc.append(byte)
                }
                index += 1
                continue
            }
            switch set {
            case .katakana:
                euc += [0x8E, byte | 0x80]
                index += 1
            case .ascii, .kanji, .supplement, .unknown:
                let trail = index + 1 < input.count ? input[index + 1] : 0
                guard trail > 32, trail < 127, set != .unknown else {
                    bad += 1
                    euc.append(0xFF)
                    index += trail > 32 && trail < 127 ? 2 : 1
                    continue
                }
                if set == .supplement { euc.append(0x8F) }
                euc += [byte | 0x80, trail | 0x80]
                index += 2
            }
        }
        let (text, undefined) = Iconv.decode(euc[...], from: .eucJP)
        return (text, max(bad, undefined))
    }

    /// ISO-2022-KR (RFC 1557): SO and SI switch, the designator ESC $ ) C says nothing more.
    static func korean(_ bytes: ArraySlice<UInt8>) -> (text: String, bad: Int) {
        let input = bytes.span
        var euc: [UInt8] = []
        euc.reserveCapacity(input.count)
        var isShifted = false
        var index = 0
        while index < input.count {
            let byte = input[index]
            if input.has("\u{1B}$)C", at: index) {
                index += 4
                continue
            }
            switch byte {
            case 0x0E: isShifted = true
            case 0x0F: isShifted = false
            case .lineFeed:
                isShifted = false
                euc.append(byte)
            default: euc.append(isShifted && byte > 32 && byte < 127 ? byte | 0x80 : byte)
            }
            index += 1
        }
        return Iconv.decode(euc[...], from: .eucKR)
    }

    /// HZ (RFC 1843): `~{` and `~}` switch, `~~` is a tilde, `~` before a line end is nothing.
    static func hz(_ bytes: ArraySlice<UInt8>) -> (text: String, bad: Int) {
        let input = bytes.span
        var euc: [UInt8] = []
        euc.reserveCapacity(input.count)
        var isShifted = false
        var index = 0
        while index < input.count {
            let byte = input[index]
            let next = index + 1 < input.count ? input[index + 1] : 0
            if byte == UInt8(ascii: "~"),
                isShifted ? next == 0x7D : [0x7B, 0x7E, 0x0A].contains(next)
            {
                if next == 0x7B { isShifted = true }
                if next == 0x7D { isShifted = false }
                if next == 0x7E { euc.append(byte) }
                index += 2
                continue
            }
            if byte == .lineFeed { isShifted = false }
            euc.append(isShifted && byte > 32 && byte < 127 ? byte | 0x80 : byte)
            index += 1
        }
        return Iconv.decode(euc[...], from: .gb18030)
    }
}
