internal import CoreSystem

/// What the journal keeps of a text instead of the text: enough to know it again, not to read it.
///
/// The exact digest is over the text as sent. The loose one is over what the provider does not
/// change: smart encoding replaces punctuation, spaces and accented Latin letters, link shortening
/// replaces links, trial accounts put a sentence in front. Texts that differ in those only look the
/// same to it, so the exact digest goes first, and sender, time and count still have to agree.
package struct TextDigest: Hashable, Sendable {
    /// 64 hexadecimal digits.
    package let exact: String
    /// 64 hexadecimal digits; the exact one when too little is left to compare.
    package let loose: String

    package init(of text: String) {
        exact = SHA256.hex(SHA256.digest(of: text.utf8.span))
        let kept = Self.kept(text)
        loose = kept.count < Self.leastKept ? exact : SHA256.hex(SHA256.digest(of: kept.span))
    }

    package init(exact: String, loose: String) {
        self.exact = exact
        self.loose = loose
    }

    /// Below this many octets the loose form says too little about the text.
    private static let leastKept = 8

    /// The letters and digits that no provider touches, ASCII in lower case, without links.
    private static func kept(_ text: String) -> [UInt8] {
        let octets = text.utf8.span
        return octets.isASCII ? kept(ascii: octets) : kept(text.unicodeScalars)
    }

    /// The same as `kept(_:)` of the scalars, in a third of the time.
    private static func kept(ascii octets: Span<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.append(addingCapacity: octets.count) { kept in
            var wordStart = 0
            var isLink = false
            for index in octets.indices {
                let octet = octets[index]
                let small = octet | 0x20
                if small &- 0x61 < 26 {
                    kept.append(small)
                } else if octet &- 0x30 < 10 {
                    kept.append(octet)
                } else if octet <= 0x20 {
                    if isLink { kept.removeLast(kept.count - wordStart) }
                    wordStart = kept.count
                    isLink = false
                } else if octet == UInt8(ascii: "/"), index > 1,
                    octets[index - 1] == UInt8(ascii: "/"), octets[index - 2] == UInt8(ascii: ":")
                {
                    isLink = true
                }
            }
            if isLink { kept.removeLast(kept.count - wordStart) }
        }
        return output
    }

    private static func kept(_ scalars: String.UnicodeScalarView) -> [UInt8] {
        var kept: [UInt8] = []
        var wordStart = 0
        var isLink = false
        var (before, last): (Unicode.Scalar, Unicode.Scalar) = (" ", " ")
        func endWord() {
            if isLink { kept.removeSubrange(wordStart...) }
            wordStart = kept.count
            isLink = false
        }
        for scalar in scalars {
            switch scalar.value {
            case 0x30...0x39, 0x61...0x7a: kept.append(UInt8(truncatingIfNeeded: scalar.value))
            case 0x41...0x5a: kept.append(UInt8(truncatingIfNeeded: scalar.value) + 32)
            case 0x2f where last == "/" && before == ":": isLink = true
            case _ where isBlank(scalar): endWord()
            case _ where isKept(scalar): kept.append(contentsOf: scalar.utf8)
            default: break
            }
            (before, last) = (last, scalar)
        }
        endWord()
        return kept
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value <= 0x20 || scalar.value >= 0x80 && scalar.properties.isWhitespace
    }

    /// The scripts beyond Latin; not punctuation, symbols or full-width forms, which smart encoding
    /// maps to ASCII.
    private static func isKept(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x2000...0x2fff, 0x3000...0x303f, 0xfe00...0xffff: false
        default: scalar.value >= 0x370
        }
    }
}
