internal import CoreSystem

/// Opt-outs, quotas and pruning.
extension Ledger {
    // MARK: Opt-outs

    /// What is known of a number that told the provider to stop messages of this sender.
    enum OptOutState {
        case none
        /// Refused without asking.
        case since(WallTime)
        /// The provider said so long ago that the person may have answered START meanwhile, which
        /// nobody tells us: the next message asks. Asking costs nothing if it still holds.
        case stale
    }

    func optOut(sender: String, to number: String) throws(JournalError) -> OptOutState {
        guard
            var row = try connection.run(
                "SELECT since, asked FROM opt_out WHERE sender = $1 AND number = $2",
                [.text(sender), .text(number)]
            ).first
        else { return .none }
        let since = row.integer()
        let asked = row.optionalInteger() ?? since
        let age = clock.now() - WallTime(milliseconds: asked)
        return age < Self.optOutHolds ? .since(WallTime(milliseconds: since)) : .stale
    }

    /// How long an opt-out is believed without asking again.
    private static let optOutHolds: Duration = .seconds(3600)

    func addOptOut(sender: String, to number: String) throws(JournalError) {
        let now = clock.now().milliseconds
        _ = try connection.run(
            """
            INSERT INTO opt_out (sender, number, since, asked) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (sender, number) DO UPDATE SET asked = excluded.asked
            """,
            [.text(sender), .text(number), .integer(now), .integer(now)])
    }

    /// Forgets opt-outs of a number, of one sender or of all. Returns how many there were.
    package func clearOptOuts(sender: String?, number: String) throws(JournalError) -> Int {
        var sql = "DELETE FROM opt_out WHERE number = $1"
        var values: [SQLValue] = [.text(number)]
        if let sender {
            sql += " AND sender = $2"
            values.append(.text(sender))
        }
        return try connection.change(sql, values)
    }

    // MARK: Quotas

    /// Takes from all limits or from none; the first that has too little, or nil.
    func take(_ charges: [QuotaCharge]) throws(JournalError) -> QuotaExceeded? {
        let now = clock.now()
        var levels: [(charge: QuotaCharge, level: QuotaLevel)] = []
        var isAdding = false
        for charge in charges {
            let stored = try storedLevel(charge.name)
            isAdding = isAdding || stored == nil
            let level = stored?.brought(to: now, charge.limit) ?? .fresh(charge.limit, now: now)
            guard let rest = level.taking(charge) else {
                return QuotaExceeded(name: charge.name, retryAfter: level.wait(for: charge))
            }
            levels.append((charge, rest))
        }
        for (charge, level) in levels { try write(level, charge.name) }
        // Only a new name makes the table grow, so only that looks for what can go.
        if isAdding { try pruneQuotas(atMost: Self.prunedPerNewQuota) }
        return nil
    }

    /// What one charge alone would find too little for; nothing is taken. Nil: there is enough.
    func lacking(_ charge: QuotaCharge) throws(JournalError) -> QuotaExceeded? {
        let level = try level(charge, clock.now())
        guard level.taking(charge) == nil else { return nil }
        return QuotaExceeded(name: charge.name, retryAfter: level.wait(for: charge))
    }

    /// Gives back. What belongs to a period that has ended is gone.
    func refund(_ charges: [QuotaCharge]) throws(JournalError) {
        let now = clock.now()
        for charge in charges {
            guard let stored = try storedLevel(charge.name) else { continue }
            if case .counter(_, let period) = charge.limit, period != stored.period { continue }
            try write(stored.brought(to: now, charge.limit).returning(charge), charge.name)
        }
    }

    /// How much of each counter is used, in the order of the charges; of a bucket, how much is left.
    package func used(_ charges: [QuotaCharge]) throws(JournalError) -> [Int] {
        let now = clock.now()
        var used: [Int] = []
        for charge in charges { used.append(Int(try level(charge, now).milli / 1000)) }
        return used
    }

    private func level(_ charge: QuotaCharge, _ now: WallTime) throws(JournalError) -> QuotaLevel {
        try storedLevel(charge.name)?.brought(to: now, charge.limit)
            ?? .fresh(charge.limit, now: now)
    }

    private func storedLevel(_ name: String) throws(JournalError) -> QuotaLevel? {
        guard
            var row = try connection.run(
                "SELECT milli, period, updated FROM quota WHERE name = $1", [.text(name)]
            ).first
        else { return nil }
        return QuotaLevel(
            milli: row.integer(), period: row.text(),
            updated: WallTime(milliseconds: row.integer()))
    }

    private func write(_ level: QuotaLevel, _ name: String) throws(JournalError) {
        _ = try connection.run(
            """
            INSERT INTO quota (name, milli, period, updated) VALUES ($1, $2, $3, $4) \
            ON CONFLICT (name) DO UPDATE SET milli = excluded.milli, period = excluded.period, \
            updated = excluded.updated
            """,
            [
                .text(name), .integer(level.milli), .text(level.period),
                .integer(level.updated.milliseconds),
            ])
    }

    // MARK: Pruning

    /// Removes at most `limit` levels that are what nobody's use would be: the period of a counter
    /// has ended, a bucket is full. Returns how many.
    @discardableResult
    package func pruneQuotas(atMost limit: Int) throws(JournalError) -> Int {
        let before = clock.now().milliseconds - Self.quotaMatters.milliseconds
        return try connection.change(
            "DELETE FROM quota WHERE name IN (SELECT name FROM quota WHERE updated < $1 LIMIT $2)",
            [.integer(before), SQLValue(limit)])
    }

    /// Longer than any limit's memory: a counter's period is a month at most, and so is a bucket's
    /// interval (`QuotaCharge.longestInterval`).
    private static let quotaMatters = QuotaCharge.longestInterval + .seconds(2 * 86_400)

    /// More than one, so that what has gathered goes little by little.
    private static let prunedPerNewQuota = 2

    /// Removes at most `limit` of the rows older than `keep`, the oldest first. Returns how many.
    ///
    /// An uncertain one goes too: the MTA has long given up and told its sender so.
    @discardableResult
    package func prune(atMost limit: Int) throws(JournalError) -> Int {
        let before = clock.now().milliseconds - options.keep.milliseconds
        return try connection.change(
            """
            DELETE FROM sms WHERE key IN \
            (SELECT key FROM sms WHERE claimed < $1 ORDER BY claimed LIMIT $2)
            """,
            [.integer(before), SQLValue(limit)])
    }
}
