internal import CoreConfig
internal import CoreSystem
internal import FoundationEssentials

/// How a time is written for the operator and read from one: UTC, to the second.
enum PointInTime {
    /// `2026-11-21T03:00:05Z`.
    static func text(_ time: WallTime) -> String {
        Date(timeIntervalSince1970: Double(time.milliseconds / 1000)).formatted(.iso8601)
    }

    /// Reads `2h` or `7d` (ago), `2026-11-21`, or `2026-11-21T03:00:05Z`. Nil for others.
    static func read(_ text: String, now: WallTime) -> WallTime? {
        if let ago = Quantity.duration(text) { return now + (.zero - ago) }
        let whole = text.utf8.count == 10 ? "\(text)T00:00:00Z" : text
        // Not a time: the caller says what would be one.
        guard let date = try? Date(whole, strategy: .iso8601) else { return nil }
        return WallTime(milliseconds: Int64(date.timeIntervalSince1970) * 1000)
    }

    static let hint = "a time ago (30m, 2h, 7d) or a date (2026-11-21, 2026-11-21T03:00:05Z), UTC"
}
