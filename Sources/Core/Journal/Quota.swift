internal import CoreSystem

/// What one SMS takes from one limit that all processes share.
///
/// The rules (whose limit, how much, which day) are policy's; here they are names and numbers.
package struct QuotaCharge: Hashable, Sendable {
    /// Whose, such as `sender:*@monitoring.example:day`. One row in the journal each.
    package let name: String
    package let limit: Limit
    /// Segments or messages, as the rule counts. At least 0.
    package let amount: Int

    package enum Limit: Hashable, Sendable {
        /// At most `most` in the period of this label (`2026-11-21`, `2026-11`); another label
        /// begins at 0.
        case counter(most: Int, period: String)
        /// A token bucket: `capacity` at first, and `capacity` again after `interval`.
        case bucket(capacity: Int, interval: Duration)
    }

    /// Of a counter's period and of a bucket's interval: after it nothing of a use is left.
    package static let longestInterval: Duration = .seconds(31 * 86_400)

    package init(name: String, limit: Limit, amount: Int) {
        self.name = name
        self.limit = limit
        self.amount = amount
    }
}

/// The first limit that had too little left; nothing was taken from any.
package struct QuotaExceeded: Hashable, Sendable {
    package let name: String
    /// When a bucket will have enough; nil for a counter, whose period has to end.
    package let retryAfter: Duration?
}

/// What is left of one limit: the arithmetic, without the table.
struct QuotaLevel: Hashable, Sendable {
    /// Used of a counter, or left in a bucket, in thousandths.
    var milli: Int64
    var period: String
    var updated: WallTime

    /// The level of a limit that nobody has used yet.
    static func fresh(_ limit: QuotaCharge.Limit, now: WallTime) -> Self {
        switch limit {
        case .counter(_, let period): Self(milli: 0, period: period, updated: now)
        case .bucket(let capacity, _):
            Self(milli: Int64(capacity) * 1000, period: "", updated: now)
        }
    }

    /// The level now: another period begins at 0, a bucket has filled up since.
    func brought(to now: WallTime, _ limit: QuotaCharge.Limit) -> Self {
        switch limit {
        case .counter(_, let period):
            return period == self.period
                ? Self(milli: milli, period: period, updated: now) : .fresh(limit, now: now)
        case .bucket(let capacity, let interval):
            let full = Int64(capacity) * 1000
            let span = max(1, interval.milliseconds)
            // A clock set back refills nothing; one set forward fills the bucket at most.
            let waited = min(max(0, now.milliseconds - updated.milliseconds), span)
            let refill = Int64(Double(full) * Double(waited) / Double(span))
            // Time too short to refill a thousandth is kept for the next look.
            return Self(
                milli: min(full, milli + refill), period: "", updated: refill > 0 ? now : updated)
        }
    }

    /// The level after taking `amount`; nil when there is too little.
    func taking(_ charge: QuotaCharge) -> Self? {
        let wanted = Int64(charge.amount) * 1000
        var level = self
        switch charge.limit {
        case .counter(let most, _):
            level.milli += wanted
            return level.milli <= Int64(most) * 1000 ? level : nil
        case .bucket(let capacity, _):
            // More than a whole bucket can never wait for enough: a full one is enough for it.
            level.milli -= min(wanted, Int64(capacity) * 1000)
            return level.milli >= 0 ? level : nil
        }
    }

    /// The level after giving `amount` back.
    func returning(_ charge: QuotaCharge) -> Self {
        var level = self
        let returned = Int64(charge.amount) * 1000
        switch charge.limit {
        case .counter: level.milli = max(0, milli - returned)
        case .bucket(let capacity, _):
            let full = Int64(capacity) * 1000
            level.milli = min(full, milli + min(returned, full))
        }
        return level
    }

    /// How long until a bucket holds the amount.
    func wait(for charge: QuotaCharge) -> Duration? {
        guard case .bucket(let capacity, let interval) = charge.limit, capacity > 0 else {
            return nil
        }
        let full = Int64(capacity) * 1000
        let missing = max(0, min(Int64(charge.amount) * 1000, full) - milli)
        return .milliseconds(
            Int64((Double(missing) / Double(full) * Double(interval.milliseconds)).rounded(.up)))
    }
}
