internal import CoreAddress
internal import CoreSystem

/// Folding of alerts: the table `storm`. The reasoning is in `Storm.swift`.
extension Ledger {
    /// Claims a new alert of a recipient whose alerts are folded, or folds it, or lets it wait to tell.
    func claimOrFold(
        _ request: ClaimRequest, _ rule: StormRule, _ world: Circumstances, asksOptOut: Bool
    ) throws(JournalError) -> ClaimAnswer {
        var storm = try storm(request.to.e164)
        if let exceeded = try lacking(rule.bucket) {
            guard storm?.hasCarrier(besides: request.key, world.now) ?? false else {
                try write(carrier: request.key, storm, request.to.e164, world.now)
                return .exceeded(exceeded)
            }
            return try fold(request, world)
        }
        var request = request
        var told = 0
        if let folded = storm?.folded, folded > 0, let telling = rule.telling(folded) {
            request = request.telling(telling)
            told = folded
        }
        let charges = [rule.bucket] + request.charges
        if let exceeded = try take(charges) { return .exceeded(exceeded) }
        if told > 0 {
            try removeStorm(request.to.e164)
        } else if storm?.carrier == request.key {
            // It leaves the queue without telling: whoever comes next does.
            storm?.carrier = nil
            if let storm, storm.folded > 0 {
                try write(storm)
            } else {
                try removeStorm(request.to.e164)
            }
        }
        var entry = Entry.claimed(request, world)
        entry.told = told
        return try send(entry, charges, asksOptOut: asksOptOut)
    }

    private func fold(
        _ request: ClaimRequest, _ world: Circumstances
    ) throws(JournalError) -> ClaimAnswer {
        try write(.folded(request, world))
        try addFolded(1, request.to.e164, since: world.now, carrier: nil)
        CrashPoint.foldWritten.pass()
        return .folded
    }

    /// Counts alerts that nobody has been told of yet: newly folded ones, or those that an SMS was to
    /// tell of which was not sent after all. Its MTA brings it back as the carrier, unless one waits.
    func addFolded(
        _ count: Int, _ number: String, since: WallTime, carrier: IdempotencyKey?
    ) throws(JournalError) {
        if count == 0 { return }
        var storm =
            try storm(number)
            ?? Storm(number: number, carrier: nil, seen: since, folded: 0, since: since)
        if storm.folded == 0 { storm.since = since }
        storm.folded += count
        if storm.carrier == nil, let carrier {
            storm.carrier = carrier
            storm.seen = clock.now()
        }
        try write(storm)
    }

    /// What is folded and not told yet, the oldest first; also where only a carrier waits.
    package func storms() throws(JournalError) -> [Storm] {
        try connection.run("\(Self.selectStorm) ORDER BY since", []).map(Self.storm)
    }

    // MARK: Rows

    private static let selectStorm = "SELECT number, carrier, seen, folded, since FROM storm"

    private static func storm(_ row: SQLRow) -> Storm {
        var row = row
        return Storm(
            number: row.text(), carrier: row.optionalText().map { IdempotencyKey(hex: $0) },
            seen: WallTime(milliseconds: row.integer()), folded: Int(row.integer()),
            since: WallTime(milliseconds: row.integer()))
    }

    private func storm(_ number: String) throws(JournalError) -> Storm? {
        try connection.run("\(Self.selectStorm) WHERE number = $1", [.text(number)])
            .first.map(Self.storm)
    }

    private func write(
        carrier: IdempotencyKey, _ storm: Storm?, _ number: String, _ now: WallTime
    ) throws(JournalError) {
        var storm =
            storm ?? Storm(number: number, carrier: nil, seen: now, folded: 0, since: now)
        storm.carrier = carrier
        storm.seen = now
        try write(storm)
    }

    private func write(_ storm: Storm) throws(JournalError) {
        _ = try connection.run(
            """
            INSERT INTO storm (number, carrier, seen, folded, since) VALUES ($1, $2, $3, $4, $5) \
            ON CONFLICT (number) DO UPDATE SET carrier = excluded.carrier, seen = excluded.seen, \
            folded = excluded.folded, since = excluded.since
            """,
            [
                .text(storm.number), SQLValue(storm.carrier?.hex),
                .integer(storm.seen.milliseconds), SQLValue(storm.folded),
                .integer(storm.since.milliseconds),
            ])
    }

    private func removeStorm(_ number: String) throws(JournalError) {
        _ = try connection.run("DELETE FROM storm WHERE number = $1", [.text(number)])
    }
}
