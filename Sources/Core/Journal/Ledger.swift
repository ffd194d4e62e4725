internal import CoreAddress
internal import CoreSystem

/// The journal's operations as statements on its tables, for SQLite and PostgreSQL alike.
///
/// Each is called inside a transaction that somebody else begins and commits: `DirectJournal` one
/// operation at a time, `GroupCommitJournal` many together. What may happen to a row is decided in
/// `Transition.swift`; here it is looked up and written down.
package final class Ledger {
    let connection: any SQLConnection
    let options: JournalOptions
    let clock: Clock
    let log: Log
    let me = Owner.current()
    /// What this journal has given out and not got back.
    private var inFlight: Set<IdempotencyKey> = []
    /// What the current transaction put into `inFlight` or took out of it, for the case that it fails.
    private var changesInFlight: [(key: IdempotencyKey, wasThere: Bool)] = []
    /// In the current transaction.
    private var settled = 0

    init(
        _ connection: any SQLConnection, _ options: JournalOptions, clock: Clock, log: Log
    ) throws(JournalError) {
        self.connection = connection
        self.options = options
        self.clock = clock
        self.log = log
        try Schema.prepare(connection)
    }

    // MARK: Transactions

    /// Runs `body`, and makes all it did durable or undoes all of it.
    func transaction<Value>(
        _ body: (Ledger) throws(JournalError) -> Value
    ) throws(JournalError) -> Value {
        try begin()
        let value: Value
        do throws(JournalError) {
            value = try body(self)
            if settled > 0 { try prune(atMost: settled * Self.prunedPerSettlement) }
        } catch {
            rollback()
            throw error
        }
        try commit()
        return value
    }

    func begin() throws(JournalError) {
        try renew()
        do throws(JournalError) {
            try connection.begin()
        } catch {
            // A server that was restarted since our last question: nothing is lost with it yet.
            guard error.kind == .unreachable else { throw error }
            try renew()
            try connection.begin()
        }
        changesInFlight.removeAll(keepingCapacity: true)
        settled = 0
    }

    private func renew() throws(JournalError) {
        guard try connection.renew() else { return }
        log(.warning, "the journal was gone and is open again", ["journal": connection.name])
        try Schema.prepare(connection)
    }

    func commit() throws(JournalError) {
        do throws(JournalError) {
            try connection.commit()
        } catch {
            rollback()
            throw error
        }
    }

    func rollback() {
        connection.rollback()
        for (key, wasThere) in changesInFlight.reversed() {
            if wasThere { inFlight.insert(key) } else { inFlight.remove(key) }
        }
        changesInFlight = []
    }

    private func giveOut(_ key: IdempotencyKey) {
        if inFlight.insert(key).inserted { changesInFlight.append((key, false)) }
    }

    private func takeIn(_ key: IdempotencyKey) {
        if inFlight.remove(key) != nil { changesInFlight.append((key, true)) }
    }

    /// Forgets a claim whose settling could not be written: its row then counts as lost at the next
    /// retry, and the provider is asked.
    func forget(_ key: IdempotencyKey) { inFlight.remove(key) }

    // MARK: Claims

    /// Nil: another session of this process has it; ask again when that is settled.
    func claim(_ request: ClaimRequest) throws(JournalError) -> ClaimAnswer? {
        if let claim = try claimUnseen(request) { return .send(claim) }
        guard let entry = try entry(request.key) else { return try claimNew(request) }
        return try takeOver(entry)
    }

    /// The usual case, in two statements: an SMS that nobody has tried, to somebody who has not opted
    /// out, and no rule that counts it. Nil: nothing was done, and one thing after the other must be
    /// looked at.
    private func claimUnseen(_ request: ClaimRequest) throws(JournalError) -> Claim? {
        guard request.dedupWindow == nil, request.storm == nil, request.charges.isEmpty else {
            return nil
        }
        let entry = Entry.claimed(request, circumstances())
        guard case .none = try optOut(sender: request.sender, to: request.to.e164),
            try connection.change(EntryRow.claim, EntryRow.claimValues(entry)) == 1
        else { return nil }
        return given(entry, [], asksOptOut: false)
    }

    /// A retry: what an entry that is there says, or the right to ask about it. Nil as in `claim`.
    func takeOver(_ entry: Entry) throws(JournalError) -> ClaimAnswer? {
        switch entry.ruling(circumstances()) {
        case .answer(let answer): return answer
        case .wait: return nil
        case .ask(let entry):
            try write(entry)
            giveOut(entry.key)
            CrashPoint.askingWritten.pass()
            return .reconcile(try uncertainClaim(entry))
        }
    }

    private func claimNew(_ request: ClaimRequest) throws(JournalError) -> ClaimAnswer {
        let world = circumstances()
        var asksOptOut = false
        switch try optOut(sender: request.sender, to: request.to.e164) {
        case .none: break
        case .since(let since): return .optedOut(since: since)
        case .stale: asksOptOut = true
        }
        if let window = request.dedupWindow,
            let answer = try repetition(of: request, within: window, world)
        {
            return answer
        }
        if let rule = request.storm {
            return try claimOrFold(request, rule, world, asksOptOut: asksOptOut)
        }
        if let exceeded = try take(request.charges) { return .exceeded(exceeded) }
        return try send(.claimed(request, world), request.charges, asksOptOut: asksOptOut)
    }

    func send(
        _ entry: Entry, _ charges: [QuotaCharge], asksOptOut: Bool = false
    ) throws(JournalError) -> ClaimAnswer {
        try write(entry)
        return .send(given(entry, charges, asksOptOut: asksOptOut))
    }

    /// The right to send what has just been written.
    private func given(_ entry: Entry, _ charges: [QuotaCharge], asksOptOut: Bool) -> Claim {
        giveOut(entry.key)
        CrashPoint.claimWritten.pass()
        let third = Duration.milliseconds(options.rules.lease.milliseconds / 3)
        return Claim(
            entry: entry, charges: charges, asksOptOut: asksOptOut,
            startBefore: clock.elapsed() + third)
    }

    /// Upstream duplicates, when the operator wants them suppressed: the window runs from the SMS
    /// that was sent, so a storm is told again after each window.
    private func repetition(
        of request: ClaimRequest, within window: Duration, _ world: Circumstances
    ) throws(JournalError) -> ClaimAnswer? {
        let since = world.now.milliseconds - window.milliseconds
        let text = request.plainText ?? request.text
        let rows = try connection.run(
            """
            SELECT state, sid FROM sms WHERE number = $1 AND text_loose = $2 AND text_exact = $3 \
            AND claimed >= $4 AND state IN ('accepted', 'claimed', 'uncertain') \
            ORDER BY state LIMIT 1
            """,
            [
                .text(request.to.e164), .text(text.loose), .text(text.exact), .integer(since),
            ])
        // One that told of folded alerts besides has another text, and its own apart.
        var found = rows.first
        if found == nil { found = try teller(saying: request, since: since) }
        guard var row = found else { return nil }
        // 'accepted' sorts first: one that was sent decides, one under way only if none was.
        guard row.text() == Entry.StateName.accepted.rawValue else {
            return .busy(.sameTextInFlight)
        }
        let sid = row.text()
        try write(.suppressed(request, by: sid, world))
        return .suppressed(by: sid)
    }

    private func teller(
        saying request: ClaimRequest, since: Int64
    ) throws(JournalError) -> SQLRow? {
        try connection.run(
            """
            SELECT state, sid FROM sms WHERE number = $1 AND text_plain = $2 AND claimed >= $3 \
            AND state IN ('accepted', 'claimed', 'uncertain') ORDER BY state LIMIT 1
            """,
            [
                .text(request.to.e164), .text((request.plainText ?? request.text).exact),
                .integer(since),
            ]
        ).first
    }

    // MARK: Outcomes

    func settle(_ claim: Claim, _ settlement: Settlement) throws(JournalError) {
        takeIn(claim.key)
        if try !settleUntouched(claim, settlement) { try settleFound(claim, settlement) }
        CrashPoint.outcomeWritten.pass()
        settled += 1
    }

    /// The usual case, in one statement: it was accepted, and its row is as the claim left it. False:
    /// nothing was done, and what is there must be looked at.
    private func settleUntouched(
        _ claim: Claim, _ settlement: Settlement
    ) throws(JournalError) -> Bool {
        guard case .accepted = settlement, !claim.asksOptOut,
            case .write(let entry) = claim.entry.settled(
                turn: claim.entry.turn, settlement, circumstances())
        else { return false }
        return try connection.change(
            EntryRow.accept, EntryRow.acceptValues(entry, after: claim.entry)) == 1
    }

    private func settleFound(_ claim: Claim, _ settlement: Settlement) throws(JournalError) {
        // A row that somebody pruned or removed: what the claim knows of it is as good.
        let entry = try entry(claim.key) ?? claim.entry
        if case .accepted(let sid, _) = settlement {
            try takeBack(sid, for: claim.key)
            if claim.asksOptOut {
                // The person has answered START.
                _ = try clearOptOuts(sender: entry.sender, number: entry.to)
            }
        }
        switch entry.settled(turn: claim.entry.turn, settlement, circumstances()) {
        case .write(let changed):
            try write(changed)
            try addFolded(entry.told - changed.told, entry.to, since: entry.claimed, carrier: nil)
        case .delete:
            _ = try connection.run("DELETE FROM sms WHERE key = $1", [.text(claim.key.hex)])
            try refund(claim.charges)
            try addFolded(entry.told, entry.to, since: entry.claimed, carrier: entry.key)
        case .nothing: break
        case .sentTwice(let other):
            log(
                .error, "an SMS was sent twice: its lease ended before its response",
                ["key": claim.key.description, "other": other])
        }
        if case .refused(let refusal) = settlement {
            try refund(claim.charges)
            if refusal.isOptOut {
                try addOptOut(sender: entry.sender, to: entry.to)
            }
        }
    }

    /// A response names its SID for certain; a row that took the same from the list was wrong.
    private func takeBack(_ sid: String, for key: IdempotencyKey) throws(JournalError) {
        guard var holder = try entry(sid: sid), holder.key != key else { return }
        holder.state = .uncertain(
            Entry.Doubt(lost: clock.now(), reason: "\(sid) proved to be another SMS"), asking: nil)
        holder.turn += 1
        try write(holder)
        log(
            .error, "an SMS counted as sent was not found after all: run smsmda reconcile",
            ["key": holder.key.description, "sid": sid, "id": holder.origin.queueID])
    }

    /// Nil: somebody has taken the row over since; start again with a claim.
    func resolve(
        _ uncertain: UncertainClaim, _ finding: Finding
    ) throws(JournalError) -> ClaimAnswer? {
        var finding = finding
        if case .found(let sid, let createdBefore) = finding {
            // Since we asked, another SMS may have got this SID, or may be about to: one of the same
            // text whose request left before the message was created, and whose response is due.
            if let holder = try entry(sid: sid), holder.key != uncertain.key {
                finding = .unclear(reason: "the message it found belongs to another SMS")
            } else if try rivals(uncertain.entry).contains(where: { $0 <= createdBefore }) {
                finding = .unclear(reason: "the same text is being sent to this number just now")
            }
        }
        let world = circumstances()
        guard
            let (entry, resolution) = try entry(uncertain.key)?
                .resolved(turn: uncertain.entry.turn, finding, world)
        else {
            takeIn(uncertain.key)
            return nil
        }
        switch resolution {
        case .send:
            let answer = try send(entry, [])
            CrashPoint.findingWritten.pass()
            return answer
        case .answer(let answer):
            try write(entry)
            takeIn(uncertain.key)
            CrashPoint.findingWritten.pass()
            return answer
        }
    }

    // MARK: Rows

    func entry(_ key: IdempotencyKey) throws(JournalError) -> Entry? {
        try first(EntryRow.selectByKey, [.text(key.hex)])
    }

    func entry(sid: String) throws(JournalError) -> Entry? {
        try first(EntryRow.selectBySID, [.text(sid)])
    }

    private func first(_ sql: String, _ values: [SQLValue]) throws(JournalError) -> Entry? {
        guard let row = try connection.run(sql, values).first else { return nil }
        return try EntryRow.entry(row)
    }

    func write(_ entry: Entry) throws(JournalError) {
        _ = try connection.run(EntryRow.upsert, EntryRow.values(entry))
    }

    private func circumstances() -> Circumstances {
        Circumstances(
            me: me, now: clock.now(), rules: options.rules,
            liveness: { [me, connection] in
                me.liveness(of: $0, hostIsOurs: !connection.isShared)
            },
            isInFlightHere: { [self] in inFlight.contains($0) })
    }

    /// What the comparison with the provider's list needs.
    private func uncertainClaim(_ entry: Entry) throws(JournalError) -> UncertainClaim {
        let sidRows = try connection.run(
            "SELECT sid FROM sms WHERE number = $1 AND changed >= $2 AND sid IS NOT NULL",
            [.text(entry.to), .integer(entry.firstClaimed.milliseconds - Self.heldMargin)])
        return UncertainClaim(
            entry: entry,
            heldSIDs: Set(
                sidRows.map { row in
                    var row = row
                    return row.text()
                }), rivals: try rivals(entry))
    }

    /// When each SMS of the same text to the same number was claimed whose response is still due.
    private func rivals(_ entry: Entry) throws(JournalError) -> [WallTime] {
        let rows = try connection.run(
            """
            \(EntryRow.select) WHERE number = $1 AND text_loose = $2 AND sender = $3 \
            AND key <> $4 AND state = 'claimed'
            """,
            [
                .text(entry.to), .text(entry.text.loose), .text(entry.sender),
                .text(entry.key.hex),
            ])
        let world = circumstances()
        var claimed: [WallTime] = []
        for row in rows {
            let rival = try EntryRow.entry(row)
            if let hold = rival.hold, world.standing(of: hold, key: rival.key) != .lost {
                claimed.append(rival.claimed)
            }
        }
        return claimed
    }

    /// A SID found in the list is not ours if it was settled up to a day before our claim: far more
    /// than clocks differ.
    private static let heldMargin: Int64 = 86_400_000

    /// Each settlement takes this many old rows along, in the same commit: the journal stays small
    /// without a daemon and without a sync of its own.
    private static let prunedPerSettlement = 2
}
