package import CoreSystem

/// A journal with a thread of its own that commits what many sessions ask together: for `lmtpd`.
///
/// While one commit is being synced, the next operations gather; all of them then share one sync.
/// So a session alone waits for one sync and a hundred wait for two, not for a hundred. Nothing is
/// delayed to gather more, except that a caller with an event loop can have the first few wait until the
/// loop has nothing else to do. A caller suspends and goes on where it was, on its own executor.
///
/// Two sessions with the same SMS, such as two recipients that lead to one number: the second waits
/// for the first's outcome and hears the same.
package final class GroupCommitJournal: Journal {
    private let jobs = JobQueue<Job>()
    private let whenIdle: @Sendable (@escaping @Sendable () -> Void) -> Void
    private let finished = Locked<[CheckedContinuation<Void, Never>]?>([])

    /// - Parameter waits: a journal that cannot be opened now is tried again with each operation,
    ///   which throws until it can: a daemon that starts before its database still answers.
    /// - Parameter whenIdle: calls what it is given, soon and once: when the caller's thread has nothing
    ///   to do any more but wait. At once, where there is no such thread.
    package init(
        _ options: JournalOptions, clock: Clock = .system, log: Log = .silent, waits: Bool = false,
        whenIdle: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void = { $0() }
    ) throws(JournalError) {
        self.whenIdle = whenIdle
        let open: Committer.Opener = { () throws(JournalError) in
            try Ledger(
                DirectJournal.connect(options, staysOpen: true), options, clock: clock, log: log)
        }
        let ledger: Handed<Ledger?>
        do throws(JournalError) {
            ledger = Handed(try open())
        } catch {
            guard waits else { throw error }
            log(.error, "journal cannot be opened, mail waits", ["reason": error.description])
            ledger = Handed(nil)
        }
        do throws(Errno) {
            try startThread { [jobs, finished] in
                let committer = Committer(ledger.value, jobs, open)
                committer.run()
                let waiting = finished.withLock {
                    (list: inout [CheckedContinuation<Void, Never>]?) in
                    let waiting = list ?? []
                    list = nil
                    return waiting
                }
                for continuation in waiting { continuation.resume() }
            }
        } catch {
            throw JournalError(
                kind: .other, operation: "start the journal's thread", reason: error.reason)
        }
    }

    deinit { jobs.close() }

    package func claim(_ request: ClaimRequest) async throws(JournalError) -> ClaimAnswer {
        let answer = try await perform(waitingOn: request.key) { (ledger) throws(JournalError) in
            try ledger.claim(request)
        }
        switch answer {
        case .send: CrashPoint.claimDurable.pass()
        case .reconcile: CrashPoint.askingDurable.pass()
        case .folded: CrashPoint.foldDurable.pass()
        default: break
        }
        return answer
    }

    package func settle(_ claim: Claim, _ settlement: Settlement) async throws(JournalError) {
        CrashPoint.responseRead.pass()
        try await perform(freeing: claim.key) { (ledger) throws(JournalError) in
            try ledger.settle(claim, settlement)
        }
        CrashPoint.outcomeDurable.pass()
    }

    package func resolve(
        _ uncertain: UncertainClaim, _ finding: Finding
    ) async throws(JournalError) -> ClaimAnswer {
        CrashPoint.findingKnown.pass()
        let answer = try await perform(freeing: uncertain.key) { (ledger) throws(JournalError) in
            try ledger.resolve(uncertain, finding)
                ?? .busy(.unresolved(reason: "another process has taken it over"))
        }
        CrashPoint.findingDurable.pass()
        return answer
    }

    package func reserve(_ charges: [QuotaCharge]) async throws(JournalError) -> QuotaExceeded? {
        try await perform { (ledger) throws(JournalError) in try ledger.take(charges) }
    }

    package func refund(_ charges: [QuotaCharge]) async throws(JournalError) {
        try await perform { (ledger) throws(JournalError) in try ledger.refund(charges) }
    }

    package func isOptedOut(sender: String, to number: String) async throws(JournalError) -> Bool {
        try await perform { (ledger) throws(JournalError) in
            if case .since = try ledger.optOut(sender: sender, to: number) { return true }
            return false
        }
    }

    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (Ledger) throws(JournalError) -> Value
    ) async throws(JournalError) -> Value {
        try await perform(body)
    }

    package func close() async {
        jobs.close()
        await withCheckedContinuation { continuation in
            let isOver = finished.withLock { (list: inout [CheckedContinuation<Void, Never>]?) in
                list?.append(continuation)
                return list == nil
            }
            if isOver { continuation.resume() }
        }
    }

    // MARK: Jobs

    /// Has `work` done in the next commit.
    private func perform<Value: Sendable>(
        freeing key: IdempotencyKey? = nil,
        _ work: @escaping @Sendable (Ledger) throws(JournalError) -> Value
    ) async throws(JournalError) -> Value {
        let result = unsafe await withUnsafeContinuation { continuation in
            let slot = Slot<Value>()
            add(
                Job(
                    key: key, frees: key != nil,
                    run: { (ledger) throws(JournalError) in
                        slot.value = try work(ledger)
                        return true
                    },
                    finish: { error in
                        unsafe continuation.resume(returning: slot.result(error))
                    }))
        }
        return try result.get()
    }

    /// The same for work that may have to wait until another session frees `key`.
    private func perform<Value: Sendable>(
        waitingOn key: IdempotencyKey,
        _ work: @escaping @Sendable (Ledger) throws(JournalError) -> Value?
    ) async throws(JournalError) -> Value {
        let result = unsafe await withUnsafeContinuation { continuation in
            let slot = Slot<Value>()
            add(
                Job(
                    key: key, frees: false,
                    run: { (ledger) throws(JournalError) in
                        slot.value = try work(ledger)
                        return slot.value != nil
                    },
                    finish: { error in
                        unsafe continuation.resume(returning: slot.result(error))
                    }))
        }
        return try result.get()
    }

    /// Operations that share a sync well enough: more of them would save little and wait for longer.
    private static let enough = 16

    private func add(_ job: Job) {
        switch jobs.append(job) {
        case 1: whenIdle { [jobs] in jobs.release() }
        case Self.enough: jobs.release()
        case .some: break
        case nil: job.finish(.closed)
        }
    }

    /// Where a job's value lies between its statement and its commit.
    private final class Slot<Value: Sendable>: @unchecked Sendable {
        // @unchecked: only the journal's thread touches it.
        var value: Value?

        func result(_ error: JournalError?) -> Result<Value, JournalError> {
            if let error { return .failure(error) }
            guard let value else { preconditionFailure("a job ended without a value") }
            return .success(value)
        }
    }

    /// Hands a value to the thread that will own it.
    private struct Handed<Value>: @unchecked Sendable {
        // @unchecked: the thread that made it gives it away and keeps nothing.
        let value: Value
        init(_ value: Value) { self.value = value }
    }
}

/// One operation on its way to the journal's thread and back.
private struct Job: Sendable {
    /// The SMS that it frees, or may have to wait for.
    let key: IdempotencyKey?
    /// Whether others may go on with `key` when this is done.
    let frees: Bool
    /// Inside the transaction. False: it has to wait until `key` is free.
    let run: @Sendable (Ledger) throws(JournalError) -> Bool
    /// After the commit, or after it failed. Called once.
    let finish: @Sendable (JournalError?) -> Void
}

/// The journal's thread: takes what has gathered, commits it together, tells everybody.
private final class Committer {
    typealias Opener = @Sendable () throws(JournalError) -> Ledger

    /// Nil as long as it could not be opened.
    private var ledger: Ledger?
    private let open: Opener
    private let jobs: JobQueue<Job>
    /// Claims that wait for another session's outcome.
    private var parked: [Job] = []

    init(_ ledger: Ledger?, _ jobs: JobQueue<Job>, _ open: @escaping Opener) {
        self.ledger = ledger
        self.open = open
        self.jobs = jobs
    }

    func run() {
        while true {
            // Parked claims are looked at again from time to time: the one they wait for may have
            // been forgotten, and then its lease frees them.
            guard var batch = jobs.takeAll(within: parked.isEmpty ? nil : .seconds(5)) else {
                break
            }
            if batch.isEmpty {
                batch = parked
                parked = []
            }
            if !batch.isEmpty { commit(batch) }
        }
        for job in parked { job.finish(.closed) }
    }

    private static let parkedLook: Duration = .seconds(5)

    private func commit(_ batch: [Job]) {
        var waiting: [Job] = []
        var done: [Job] = []
        do throws(JournalError) {
            let ledger = try openLedger()
            try ledger.transaction { (ledger) throws(JournalError) in
                for job in batch {
                    if try job.run(ledger) { done.append(job) } else { waiting.append(job) }
                }
            }
        } catch {
            // One job's own trouble must not fail the others'; the disk's or the server's will.
            if error.kind == .other && batch.count > 1 {
                for job in batch { commit([job]) }
            } else {
                for job in batch { finish(job, error) }
            }
            return
        }
        parked += waiting
        for job in done { finish(job, nil) }
    }

    private func openLedger() throws(JournalError) -> Ledger {
        if let ledger { return ledger }
        let opened = try open()
        ledger = opened
        return opened
    }

    private func finish(_ job: Job, _ error: JournalError?) {
        if job.frees, let key = job.key {
            if error != nil { ledger?.forget(key) }
            let freed = parked.filter { $0.key == key }
            parked.removeAll { $0.key == key }
            jobs.prepend(freed)
        }
        job.finish(error)
    }
}

extension JournalError {
    static let closed = Self(
        kind: .closed, operation: "use the journal", reason: "it is closed")
}
