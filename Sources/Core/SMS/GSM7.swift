/// The GSM 7-bit default alphabet with its extension table (3GPP TS 23.038 §6.2.1).
///
/// A character of the basic table takes one septet; one of the extension table is ESC and a code,
/// so two that must stay together. National language shift tables are not used: the provider
/// does not, so with them we would count less than is billed.
package enum GSM7 {
    /// Septets that a character takes: 1, 2, or 0 when the alphabet does not have it.
    package static func septets(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x20...0x5A, 0x5F, 0x61...0x7A, 0x0A, 0x0D: 1
        // ^ { } \ [ ~ ] | and form feed.
        case 0x5B...0x5E, 0x7B...0x7E, 0x0C: 2
        case 0x00...0x7F: 0
        // ¡ £ ¤ ¥ § ¿ Ä Å Æ Ç É Ñ Ö Ø Ü ß à ä å æ è é ì ñ ò ö ø ù ü; ç is not in it, only Ç.
        case 0xA1, 0xA3, 0xA4, 0xA5, 0xA7, 0xBF, 0xC4...0xC7, 0xC9, 0xD1, 0xD6, 0xD8, 0xDC, 0xDF,
            0xE0, 0xE4...0xE6, 0xE8, 0xE9, 0xEC, 0xF1, 0xF2, 0xF6, 0xF8, 0xF9, 0xFC:
            1
        // Γ Δ Θ Λ Ξ Π Σ Φ Ψ Ω
        case 0x393, 0x394, 0x398, 0x39B, 0x39E, 0x3A0, 0x3A3, 0x3A6, 0x3A8, 0x3A9: 1
        // €
        case 0x20AC: 2
        default: 0
        }
    }

    /// Whether it is ASCII of one septet each, as most alerts are: then nothing has to stay together.
    static func isPlain(_ text: some StringProtocol) -> Bool {
        text.utf8.withContiguousStorageIfAvailable { unsafe isPlain($0.span) } ?? false
    }

    private static func isPlain(_ octets: Span<UInt8>) -> Bool {
        // Neither an early end nor a branch, so that the compiler looks at 16 at once.
        var others: UInt8 = 0
        for index in octets.indices {
            let octet = octets[index]
            let isUpToZ: UInt8 = octet &- 0x20 <= 0x3A ? 1 : 0
            let isSmallLetter: UInt8 = octet &- 0x61 <= 0x19 ? 1 : 0
            let isUnderscore: UInt8 = octet == 0x5F ? 1 : 0
            let isLineFeed: UInt8 = octet == 0x0A ? 1 : 0
            let isReturn: UInt8 = octet == 0x0D ? 1 : 0
            others |= 1 ^ (isUpToZ | isSmallLetter | isUnderscore | isLineFeed | isReturn)
        }
        return others == 0
    }

    /// Whether every character is in the alphabet.
    static func has(_ text: some StringProtocol) -> Bool {
        let isASCII = text.utf8.withContiguousStorageIfAvailable { unsafe hasASCII($0.span) }
        return isASCII ?? false || text.unicodeScalars.allSatisfy { septets($0) > 0 }
    }

    /// Whether an octet of ASCII that the alphabet has is of its extension table.
    static func isPair(_ octet: UInt8) -> Bool {
        octet &- 0x5B <= 3 || octet &- 0x7B <= 3 || octet == 0x0C
    }

    /// Whether it is ASCII that the alphabet has, in one septet or two.
    static func hasASCII(_ octets: Span<UInt8>) -> Bool {
        var others: UInt8 = 0
        for index in octets.indices {
            let octet = octets[index]
            let isShown: UInt8 = octet &- 0x20 <= 0x5E ? 1 : 0
            let isBacktick: UInt8 = octet == 0x60 ? 1 : 0
            let isLineFeed: UInt8 = octet == 0x0A ? 1 : 0
            let isFormFeedOrReturn: UInt8 = octet &- 0x0C <= 1 ? 1 : 0
            others |= 1 ^ (isShown ^ isBacktick | isLineFeed | isFormFeedOrReturn)
        }
        return others == 0
    }

    /// The text in front of the first grapheme cluster that is not in the alphabet.
    static func prefix(of text: String) -> Substring {
        if has(text) { return text[...] }
        guard var end = text.unicodeScalars.firstIndex(where: { septets($0) == 0 }) else {
            return text[...]
        }
        // A mark behind a letter: the letter goes with it.
        while end > text.startIndex && String.Index(end, within: text) == nil {
            end = text.unicodeScalars.index(before: end)
        }
        return text[..<end]
    }
}
