package import CoreSystem
internal import Glibc

/// A moment as the host's clock on the wall shows it: what hours and days of rules mean.
///
/// The time zone is the host's, or `TZ`, as it was when the program first asked.
package struct LocalTime: Hashable, Sendable {
    /// 0 is Sunday.
    package let weekday: Int
    /// Of the day, 0 to 1439.
    package let minute: Int
    /// `2026-11-21`.
    package let day: String

    package init(weekday: Int, minute: Int, day: String) {
        self.weekday = weekday
        self.minute = minute
        self.day = day
    }

    /// The same for all of a minute, so it is worked out once in it.
    package init(_ time: WallTime) {
        let minute = time.milliseconds / 60_000
        self = Self.latest.withLock { latest in
            if latest?.minute != minute { latest = (minute, Self(workingOut: time)) }
            return latest?.local ?? Self(workingOut: time)
        }
    }

    private static let latest = Locked<(minute: Int64, local: LocalTime)?>(nil)

    private init(workingOut time: WallTime) {
        var seconds = time_t(time.milliseconds / 1000)
        var parts = unsafe tm()
        Self.readZoneOnce
        _ = unsafe localtime_r(&seconds, &parts)
        let (year, month) = unsafe (Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1)
        weekday = unsafe Int(parts.tm_wday)
        minute = unsafe Int(parts.tm_hour) * 60 + Int(parts.tm_min)
        let monthDay = unsafe Int(parts.tm_mday)
        day = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(monthDay, 2))"
    }

    /// localtime_r(3) need not look at TZ by itself, and tzset(3) looks for a new file each time.
    private static let readZoneOnce: Void = tzset()

    /// `2026-11`.
    package var month: String { String(day.prefix(7)) }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
