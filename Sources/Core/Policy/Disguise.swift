/// Text of a stranger that an Authentication-Results field repeats, and that could be read there as a
/// result of its own.
///
/// The programs that write such a field put names into it which the message brought along, and do not
/// quote them: the signer's `d=` and `s=`, and its `i=` with `=3B` made `;` again (Exim's
/// `${authresults}`, OpenDKIM, and OpenDMARC believes it); the domain of the author and of the envelope
/// sender. So `i=x=3Bdkim=3Dpass=20header.d=3Dgood.example` proves whatever it likes, with a key of
/// the stranger's own. Honest names hold nothing of the kind, so a message whose names do is not
/// believed, whoever judged it. Nor is a login in its header: where an `i=` is copied with its line ends,
/// it can hold a field of its own.
///
/// It does not ask whether a forgery was meant, nor whether the field really holds it.
package enum Disguise: Hashable, Sendable {
    case signature
    case author
    case reversePath
    /// A field in our own name came in with it, and was left in: OpenDKIM does so beside a signature that
    /// it cannot read, and OpenDMARC then takes the field for OpenDKIM's.
    case results
    /// Beyond what is read of a header, there may be anything.
    case length

    package var reason: String {
        switch self {
        case .signature: "d=, i= or s= of its DKIM-Signature is no plain name and could forge it"
        case .author: "its From holds a semicolon and could forge it"
        case .reversePath: "the envelope sender is no plain address and could forge it"
        case .results: "it came in with an Authentication-Results in this host's name"
        case .length: "its header is too long to be judged"
        }
    }

    /// - Parameters:
    ///   - signatures: the bodies of all DKIM-Signature fields.
    ///   - authors: those of all From fields.
    package init?(signatures: [String], authors: [String]) {
        if !signatures.allSatisfy(Self.isPlain(signature:)) {
            self = .signature
        } else if authors.contains(where: { $0.utf8.contains(UInt8(ascii: ";")) }) {
            self = .author
        } else {
            return nil
        }
    }

    /// A local part in quotes may hold anything (RFC 5321 §4.1.2).
    init?(reversePath: String) {
        let isPlain = reversePath.utf8.allSatisfy { $0 > 32 && !Self.delimiters.contains($0) }
        if isPlain, reversePath.utf8.count(where: { $0 == UInt8(ascii: "@") }) < 2 { return nil }
        self = .reversePath
    }

    private static let delimiters = Array("\"();<>\\,".utf8)

    /// Whether signer, identity and selector are what names are made of. RFC 6376 §3.5
    private static func isPlain(signature: String) -> Bool {
        for tag in signature.utf8.split(separator: UInt8(ascii: ";")) {
            let parts = tag.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            // QUIRK: of a tag's name, Exim 4.96 looks at the first letter alone.
            guard let letter = trimmed(parts[0]).first.map({ UnicodeScalar($0 | 0x20) }),
                ["d", "i", "s"].contains(letter)
            else { continue }
            // A long identity is folded.
            let value = trimmed(parts[1]).filter { !(letter == "i" && $0 <= 32) }
            guard value.allSatisfy(isOfAName) else { return false }
        }
        return true
    }

    private static func isOfAName(_ byte: UInt8) -> Bool {
        switch UnicodeScalar(byte) {
        case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "_", "+", "@": true
        default: false
        }
    }

    private static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
        let start = text.drop { $0 <= 32 }
        guard let last = start.lastIndex(where: { $0 > 32 }) else { return start.prefix(0) }
        return start[...last]
    }
}
