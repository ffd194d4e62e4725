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
        loose = kept.utf8.count < Self.leastKept ? exact : SHA256.hex(SHA256.digest(of: kept.utf8))
    }

    package init(exact: String, loose: String) {
        self.exact = exact
        self.loose = loose
    }

    /// Below this many octets the loose form says too little about the text.
    private static let leastKept = 8

    /// The letters and digits that no provider touches, in lower case, without links.
    private static func kept(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        for word in text.split(whereSeparator: \.isWhitespace) {
            let lowered = word.lowercased()
            if lowered.contains("http://") || lowered.contains("https://") { continue }
            kept.append(contentsOf: lowered.unicodeScalars.filter(isKept))
        }
        return String(kept)
    }

    /// ASCII letters and digits, and the scripts beyond Latin; not punctuation, symbols or
    /// full-width forms, which smart encoding maps to ASCII.
    private static func isKept(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x30...0x39, 0x61...0x7a: true
        case 0x2000...0x2fff, 0x3000...0x303f, 0xfe00...0xffff: false
        default: scalar.value >= 0x370
        }
    }
}
