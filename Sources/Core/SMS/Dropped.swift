/// Something of the message that is not in the SMS, and why.
package struct Dropped: Hashable, Sendable, CustomStringConvertible {
    package enum What: String, Hashable, Sendable, CaseIterable {
        case quote = "quoted text"
        case signature
        case footer
        case disclaimer
        case blankLines = "blank lines"
        case tail = "end of the text"
        case subjectPrefix = "beginning of the subject"
        case repeatedSubject = "subject repeated in the body"
    }

    package enum Reason: Hashable, Sendable {
        /// The operator's `strip`.
        case stripped
        /// One of the operator's expressions matched it; the name of the key they are in.
        case matched(key: String)
        /// It would not fit.
        case limit(segments: Int)
        /// It is in the text already.
        case repetition
    }

    package let what: What
    package let reason: Reason
    /// How much: Unicode scalars.
    package let characters: Int

    package init(what: What, reason: Reason, characters: Int) {
        self.what = what
        self.reason = reason
        self.characters = characters
    }

    package var description: String {
        let why =
            switch reason {
            case .stripped: "strip is set"
            case .matched(let key): "it matches \(key)"
            case .limit(let segments): "does not fit into \(segments) segments"
            case .repetition: "is there once"
            }
        return "\(what.rawValue) (\(characters) characters): \(why)"
    }
}
