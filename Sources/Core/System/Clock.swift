internal import Glibc

/// The time of day, in milliseconds since 1970-01-01 00:00 UTC, leap seconds not counted.
package struct WallTime: Hashable, Comparable, Sendable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func < (one: Self, other: Self) -> Bool { one.milliseconds < other.milliseconds }

    package static func + (time: Self, duration: Duration) -> Self {
        Self(milliseconds: time.milliseconds + duration.milliseconds)
    }

    package static func - (later: Self, earlier: Self) -> Duration {
        .milliseconds(later.milliseconds - earlier.milliseconds)
    }
}

/// Where the time comes from. Passed in, so that a test can set it.
package struct Clock: Sendable {
    /// The time of day; it may jump when an administrator sets it.
    package let now: @Sendable () -> WallTime
    /// Time since some fixed point, for measuring durations; no administrator sets it. It goes on while
    /// the host is suspended, so that a claim which ran out in a sleep is not sent after it.
    package let elapsed: @Sendable () -> Duration

    package init(
        now: @escaping @Sendable () -> WallTime, elapsed: @escaping @Sendable () -> Duration
    ) {
        self.now = now
        self.elapsed = elapsed
    }

    package static let system = Clock(
        now: { WallTime(milliseconds: read(CLOCK_REALTIME).milliseconds) },
        elapsed: { read(CLOCK_BOOTTIME) })

    /// What systemd means by time: `elapsed` without the sleeps of the host.
    package static var monotonic: Duration { read(CLOCK_MONOTONIC) }

    private static func read(_ clock: clockid_t) -> Duration {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
    }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero.
    package var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
