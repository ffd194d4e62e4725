package import CoreSystem

/// A journal that works in the calling thread, one transaction an operation: for `sms-deliver` and
/// the operator's command.
///
/// Its methods block for as long as a commit takes and never suspend, so a program without a
/// concurrency runtime can run them. `lmtpd` uses `GroupCommitJournal`.
package final class DirectJournal: Journal {
    private let ledger: Locked<Ledger?>

    package init(
        _ options: JournalOptions, clock: Clock = .system, log: Log = .silent
    ) throws(JournalError) {
        ledger = Locked(
            try Ledger(Self.connect(options, staysOpen: false), options, clock: clock, log: log))
    }

    package func claim(_ request: ClaimRequest) async throws(JournalError) -> ClaimAnswer {
        let answer = try transaction { (ledger) throws(JournalError) in
            try ledger.claim(request)
        }
        switch answer {
        case .send: CrashPoint.claimDurable.pass()
        case .reconcile: CrashPoint.askingDurable.pass()
        case .folded: CrashPoint.foldDurable.pass()
        default: break
        }
        // One thread: what is ours and in flight is what the caller itself has not settled yet.
        return answer ?? .busy(.unresolved(reason: "it is being sent"))
    }

    package func settle(_ claim: Claim, _ settlement: Settlement) async throws(JournalError) {
        CrashPoint.responseRead.pass()
        do throws(JournalError) {
            try transaction { (ledger) throws(JournalError) in
                try ledger.settle(claim, settlement)
            }
        } catch {
            ledger.withLock { (ledger: inout Ledger?) in ledger?.forget(claim.key) }
            throw error
        }
        CrashPoint.outcomeDurable.pass()
    }

    package func resolve(
        _ uncertain: UncertainClaim, _ finding: Finding
    ) async throws(JournalError) -> ClaimAnswer {
        CrashPoint.findingKnown.pass()
        let answer: ClaimAnswer?
        do throws(JournalError) {
            answer = try transaction { (ledger) throws(JournalError) in
                try ledger.resolve(uncertain, finding)
            }
        } catch {
            ledger.withLock { (ledger: inout Ledger?) in ledger?.forget(uncertain.key) }
            throw error
        }
        CrashPoint.findingDurable.pass()
        return answer ?? .busy(.unresolved(reason: "another process has taken it over"))
    }

    package func reserve(_ charges: [QuotaCharge]) async throws(JournalError) -> QuotaExceeded? {
        try transaction { (ledger) throws(JournalError) in try ledger.take(charges) }
    }

    package func refund(_ charges: [QuotaCharge]) async throws(JournalError) {
        try transaction { (ledger) throws(JournalError) in try ledger.refund(charges) }
    }

    package func isOptedOut(sender: String, to number: String) async throws(JournalError) -> Bool {
        try transaction { (ledger) throws(JournalError) in
            if case .since = try ledger.optOut(sender: sender, to: number) { return true }
            return false
        }
    }

    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (Ledger) throws(JournalError) -> Value
    ) async throws(JournalError) -> Value {
        try transaction(body)
    }

    package func close() async { ledger.withLock { $0 = nil } }

    private func transaction<Value>(
        _ body: (Ledger) throws(JournalError) -> Value
    ) throws(JournalError) -> Value {
        try ledger.withLock { (ledger: inout Ledger?) throws(JournalError) -> Value in
            guard let ledger else {
                throw .closed
            }
            return try ledger.transaction(body)
        }
    }

    static func connect(
        _ options: JournalOptions, staysOpen: Bool
    ) throws(JournalError) -> any SQLConnection {
        switch options.location {
        case .sqlite(let path):
            return try SQLiteConnection(
                path: path, busyTimeout: options.busyTimeout, staysOpen: staysOpen)
        case .postgreSQL(let url):
            return try PostgreSQLConnection(url: url, busyTimeout: options.busyTimeout)
        }
    }
}
