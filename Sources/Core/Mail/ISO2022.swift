internal import CoreSystem

/// The 7-bit charsets that switch sets by escapes: ISO-2022-JP, ISO-2022-KR and HZ.
///
/// The escapes are read here and the characters turned into their 8-bit form (EUC), which a
/// stateless converter reads: glibc's own converters for these keep a state, and have had holes.
enum ISO2022 {
    /// ISO-2022-JP (RFC 1468), with RFC 1554's JIS X 0212 and CP50221's half-width katakana.
    static func japanese(_ bytes: ArraySlice<UInt8>) -> (text: String, bad: Int) {
        let input = bytes.span
        var set = JapaneseSet.ascii
        var euc: [UInt8] = []
        euc.reserveCapacity(input.count)
        var bad = 0
        var index = 0
        while index < input.count {
            let byte = input[index]
            if byte == 0x1B {
                let (next, length) = escape(input, at: index)
                set = next ?? set
                index += length
                continue
            }
            // RFC 1468: a line end returns to ASCII.
            if byte == .lineFeed || byte == .carriageReturn { set = .ascii }
            index += append(input, at: index, set, to: &euc, &bad)
        }
        let (text, undefined) = Iconv.decode(euc[...], from: .eucJP)
        return (text, max(bad, undefined))
    }

    private enum JapaneseSet { case ascii, kanji, supplement, katakana, unknown }

    /// What an escape sequence switches to, nil for one that is none, and its length.
    private static func escape(
        _ input: borrowing Span<UInt8>, at index: Int
    ) -> (JapaneseSet?, Int) {
        if input.has("\u{1B}$B", at: index) || input.has("\u{1B}$@", at: index) {
            return (.kanji, 3)
        }
        if input.has("\u{1B}(B", at: index) || input.has("\u{1B}(J", at: index) {
            return (.ascii, 3)
        }
        if input.has("\u{1B}(I", at: index) { return (.katakana, 3) }
        if input.has("\u{1B}$(D", at: index) { return (.supplement, 4) }
        if input.has("\u{1B}$A", at: index) { return (.unknown, 3) }
        return input.has("\u{1B}$(", at: index) ? (.unknown, 4) : (nil, 1)
    }

    /// Appends one character in EUC-JP, FF for what has no meaning; returns its octets in the input.
    private static func append(
        _ input: borrowing Span<UInt8>, at index: Int, _ set: JapaneseSet,
        to euc: inout [UInt8], _ bad: inout Int
    ) -> Int {
        let byte = input[index]
        // Octets beyond 7 bits are half-width katakana.
        if (0xA1...0xDF).contains(byte) {
            euc += [0x8E, byte]
            return 1
        }
        let isGraphic = byte > 32 && byte < 127
        guard isGraphic, set != .ascii else {
            if byte >= 128 { bad += 1 }
            euc.append(byte < 128 ? byte : 0xFF)
            return 1
        }
        if set == .katakana {
            euc += [0x8E, byte | 0x80]
            return 1
        }
        let trail = index + 1 < input.count ? input[index + 1] : 0
        let isPair = trail > 32 && trail < 127
        guard isPair, set != .unknown else {
            bad += 1
            euc.append(0xFF)
            return isPair ? 2 : 1
        }
        if set == .supplement { euc.append(0x8F) }
        euc += [byte | 0x80, trail | 0x80]
        return 2
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
