import CoreSystem

/// A message that the provider accepted, and what was done to it since.
///
/// Its status is not stored: it follows from the times, so it survives a restart.
struct StoredMessage: Codable, Sendable {
    let sid: String
    let accountSID: String
    let to: String
    /// As the client gave it; nil when a messaging service picks the sender.
    let sender: String?
    let serviceSID: String?
    /// What the phone gets. A redaction at the provider does not reach it.
    let text: String
    let segments: Int
    let media: [Media]
    let createdAt: Timestamp
    /// When a scheduled message starts on its way. nil for one sent at once.
    let sendAt: Timestamp?
    let outcome: Outcome
    /// Where each change of status is reported.
    let callback: String?
    /// The state is that of a phone's own copy as well: deletion at the provider keeps it.
    var canceledAt: Timestamp?
    var redactedAt: Timestamp?
    var deletedAt: Timestamp?

    struct Media: Codable, Sendable {
        let sid: String
        let url: String
        let type: String
    }

    var isMMS: Bool { sid.hasPrefix("MM") }

    /// The number that a service picks: the one magic number that passes every check.
    static let servicePoolNumber = "+15005550006"
}

/// The time of day in milliseconds since 1970, in a form that JSON keeps.
struct Timestamp: Codable, Hashable, Comparable, Sendable {
    let milliseconds: Int64

    init(milliseconds: Int64) { self.milliseconds = milliseconds }
    init(_ time: WallTime) { milliseconds = time.milliseconds }

    init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }

    static func < (one: Self, other: Self) -> Bool { one.milliseconds < other.milliseconds }

    static func + (time: Self, duration: Duration) -> Self {
        Self(milliseconds: time.milliseconds + duration.milliseconds)
    }
}
