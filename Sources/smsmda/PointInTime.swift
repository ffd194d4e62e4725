internal import CoreConfig
internal import CoreSystem
internal import Glibc

/// How a time is written for the operator and read from one: UTC, to the second.
enum PointInTime {
    /// `2026-11-21T03:00:05Z`.
    static func text(_ time: WallTime) -> String {
        var seconds = time_t(time.milliseconds / 1000)
        var parts = unsafe tm()
        _ = unsafe gmtime_r(&seconds, &parts)
        let day = unsafe [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
        let clock = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec].map(Int.init)
        return day.map(padded).joined(separator: "-") + "T"
            + clock.map(padded).joined(separator: ":") + "Z"
    }

    /// Reads `2h` or `7d` (ago), `2026-11-21`, or `2026-11-21T03:00:05Z`. Nil for others.
    static func read(_ text: String, now: WallTime) -> WallTime? {
        if let ago = Quantity.duration(text) { return now + (.zero - ago) }
        let whole = text.utf8.count == 10 ? "\(text)T00:00:00Z" : text
        let numbers = whole.split { !("0"..."9").contains($0) }.compactMap { Int32($0) }
        guard numbers.count == 6 else { return nil }
        var parts = unsafe tm()
        unsafe (parts.tm_year, parts.tm_mon, parts.tm_mday) =
            (numbers[0] &- 1900, numbers[1] &- 1, numbers[2])
        unsafe (parts.tm_hour, parts.tm_min, parts.tm_sec) = (numbers[3], numbers[4], numbers[5])
        let time = WallTime(milliseconds: Int64(unsafe timegm(&parts)) * 1000)
        // Whatever is in another form, or on no calendar, is written differently.
        return Self.text(time) == whole ? time : nil
    }

    static let hint = "a time ago (30m, 2h, 7d) or a date (2026-11-21, 2026-11-21T03:00:05Z), UTC"

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
