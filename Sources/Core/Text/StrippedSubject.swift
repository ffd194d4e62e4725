/// A subject without what mail programs, lists and gateways put in front of it: `Re:`, `[list]`, `[EXTERNAL]`.
///
/// In: the decoded subject, and the operator's expressions, each matched at the very beginning, one after the
/// other, as long as one fits. A subject of which nothing would be left stays whole.
package struct StrippedSubject: Hashable, Sendable {
    /// Nil when the message has none.
    package let text: String?
    /// What was taken off, with the blanks behind it. Empty when nothing was.
    package let prefix: String

    /// - Parameter expressions: of `OperatorPattern`; whoever reads the configuration has tried each.
    package init(_ subject: String?, without expressions: [String] = []) {
        guard let subject, !expressions.isEmpty else {
            (text, prefix) = (subject, "")
            return
        }
        // One that does not compile was refused when the configuration was read.
        let patterns = expressions.compactMap { try? OperatorPattern($0) }
        var rest = subject.drop(while: \.isWhitespace)
        for _ in 0..<Self.mostPrefixes {
            guard let end = Self.end(of: patterns, in: rest) else { break }
            rest = rest[end...].drop(while: \.isWhitespace)
        }
        let isEmptied = rest.isEmpty
        text = isEmptied ? subject : String(rest)
        prefix = isEmptied ? "" : String(subject[..<rest.startIndex])
    }

    /// Where the first pattern that fits at the beginning ends. Nil if none does.
    private static func end(of patterns: [OperatorPattern], in rest: Substring) -> String.Index? {
        let beginning = String(rest.prefix(longestPrefix))
        for pattern in patterns {
            guard let length = pattern.length(ofPrefixIn: beginning), length > 0 else { continue }
            let end = rest.utf8.index(rest.startIndex, offsetBy: length)
            // An expression that works on bytes may end inside of a character.
            if end.samePosition(in: rest.base.unicodeScalars) != nil { return end }
        }
        return nil
    }

    /// `Re: Re: Re: ...` of a long conversation.
    private static let mostPrefixes = 20
    /// Characters that one of them may have.
    private static let longestPrefix = 100
}
