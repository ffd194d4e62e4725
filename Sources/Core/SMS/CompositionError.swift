/// Why a message gives no SMS. The description is for the person who wrote it.
package enum CompositionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No text in the body, no subject, no attachment that the template could name.
    case nothingToSend
    /// With `overflow = "reject"`: segments needed, and how many are allowed.
    case tooLong(segments: Int, limit: Int)

    package var description: String {
        switch self {
        case .nothingToSend: "the message has neither text nor subject; write one of them"
        case .tooLong(let segments, let limit):
            "the text takes \(segments) SMS segments, \(limit) are allowed; shorten it"
        }
    }
}
