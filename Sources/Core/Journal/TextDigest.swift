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
        exact = SHA256.hex(SHA256.digest(of: text.utf8))
        let kept = Self.kept(text)
        loose = kept.count < Self.leastKept ? exact : SHA256.hex(SHA256.digest(of: kept))
    }

    package init(exact: String, loose: String) {
        self.exact = exact
        self.loose = loose
    }

    /// Below this many octets the loose form says too little about the text.
    private static let leastKept = 8

    /// The letters and digits that no provider touches, ASCII in lower case, without links.
    private static func kept(_ text: String) -> [UInt8] {
        var keeper = Keeper(capacity: text.utf8.count)
        let octets = text.utf8.span
        var isASCII = true
        for index in octets.indices where octets[index] >= 0x80 { isASCII = false }
        if isASCII {
            for index in octets.indices { keeper.take(Unicode.Scalar(octets[index])) }
        } else {
            for scalar in text.unicodeScalars { keeper.take(scalar) }
        }
        keeper.endWord()
        return keeper.kept
    }

    private struct Keeper {
        private(set) var kept: [UInt8] = []
        private var wordStart = 0
        private var isLink = false
        private var (before, last): (Unicode.Scalar, Unicode.Scalar) = (" ", " ")

        init(capacity: Int) { kept.reserveCapacity(capacity) }

        @inline(__always) mutating func take(_ scalar: Unicode.Scalar) {
            switch scalar.value {
            case 0x30...0x39, 0x61...0x7a: kept.append(UInt8(truncatingIfNeeded: scalar.value))
            case 0x41...0x5a: kept.append(UInt8(truncatingIfNeeded: scalar.value) + 32)
            case 0x2f where last == "/" && before == ":": isLink = true
            case _ where TextDigest.isBlank(scalar): endWord()
            case _ where TextDigest.isKept(scalar): kept.append(contentsOf: scalar.utf8)
            default: break
            }
            (before, last) = (last, scalar)
        }

        mutating func endWord() {
            if isLink { kept.removeSubrange(wordStart...) }
            wordStart = kept.count
            isLink = false
        }
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
