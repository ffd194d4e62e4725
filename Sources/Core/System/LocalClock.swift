internal import Glibc

/// What a clock on this host's wall shows at a moment: the zone is the host's, or `TZ`.
package struct LocalClock: Hashable, Sendable {
    package let day: Int
    /// 1 is January.
    package let month: Int
    package let hour: Int
    package let minute: Int
    /// Minutes east of Greenwich.
    package let offset: Int
    /// `CET`, `UTC`; `+03` where there is no name.
    package let zone: String

    package init(day: Int, month: Int, hour: Int, minute: Int, offset: Int, zone: String) {
        (self.day, self.month, self.hour, self.minute) = (day, month, hour, minute)
        (self.offset, self.zone) = (offset, zone)
    }

    package init(at time: WallTime) {
        var seconds = time_t(time.milliseconds / 1000)
        var parts = unsafe tm()
        // localtime_r(3) need not look at TZ by itself.
        tzset()
        _ = unsafe localtime_r(&seconds, &parts)
        unsafe self.init(
            day: Int(parts.tm_mday), month: Int(parts.tm_mon) + 1, hour: Int(parts.tm_hour),
            minute: Int(parts.tm_min), offset: parts.tm_gmtoff / 60,
            zone: parts.tm_zone.map { unsafe String(cString: $0) } ?? "")
    }
}
