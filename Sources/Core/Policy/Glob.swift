/// A pattern of a whole text: `*` stands for any run of characters, `?` for one.
///
/// Letters match in either case, in ASCII only: domains and, in practice, local parts are compared
/// that way. Matching takes at most the product of the two lengths, never more.
package struct Glob: Hashable, Sendable {
    /// As the operator wrote it.
    package let pattern: String
    private let bytes: [UInt8]

    package init(_ pattern: String) {
        self.pattern = pattern
        bytes = Self.folded(pattern)
    }

    /// Whether the pattern matches everything.
    package var isUniversal: Bool { !bytes.isEmpty && bytes.allSatisfy { $0 == UInt8(ascii: "*") } }

    package func matches(_ text: String) -> Bool {
        let text = Self.folded(text)
        var at = 0
        var wanted = 0
        // After a mismatch the last star takes one byte more; earlier stars never need to.
        var retry: (star: Int, at: Int)?
        while at < text.count {
            if wanted < bytes.count, bytes[wanted] == UInt8(ascii: "*") {
                retry = (wanted, at)
                wanted += 1
            } else if wanted < bytes.count,
                bytes[wanted] == text[at] || bytes[wanted] == UInt8(ascii: "?")
            {
                at += 1
                wanted += 1
            } else if let last = retry {
                retry = (last.star, last.at + 1)
                at = last.at + 1
                wanted = last.star + 1
            } else {
                return false
            }
        }
        return bytes[wanted...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    private static func folded(_ text: String) -> [UInt8] {
        text.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }
    }
}
