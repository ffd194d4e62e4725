import CSQLite
import CoreAddress
import CoreJournal
import CoreSystem
import Glibc

/// What the journal costs a message, beside bare SQLite doing the same commits.
///
///     journal-bench DIRECTORY MESSAGES SESSIONS
///
/// Prints the rows that bench/run reads. One message is two commits: the claim, and its outcome.
/// "opened each time" is what a run of `sms-deliver` does; "sessions" is what `lmtpd` does.
@main struct Main {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let count = Int(arguments[2]), let sessions = Int(arguments[3])
        else {
            print("usage: journal-bench DIRECTORY MESSAGES SESSIONS")
            exit(2)
        }
        let folder = arguments[1]
        let once = try await measure(count) { try await openEachTime("\(folder)/once.db", count) }
        let alone = try await measure(count) { try await keepOpen("\(folder)/alone.db", count) }
        let bare = try measure(count) { try bareSQLite("\(folder)/bare.db", count, batch: 1) }
        let many = try await measure(count) {
            try await together("\(folder)/many.db", count, sessions)
        }
        let bareMany = try measure(count) {
            try bareSQLite("\(folder)/bare-many.db", count, batch: sessions)
        }
        row("journal CPU, opened each time", once.cpu, "bare SQLite, kept open", bare.cpu, "us")
        row("journal latency, opened each time", once.median, "the same", bare.median, "us")
        row("journal CPU, kept open", alone.cpu, "bare SQLite", bare.cpu, "us")
        row("journal latency, kept open", alone.median, "bare SQLite", bare.median, "us")
        row("journal CPU, \(sessions) sessions", many.cpu, "bare SQLite", bareMany.cpu, "us")
        row("journal latency, \(sessions) sessions", many.median, "alone", alone.median, "us")
        row("journal messages/s, \(sessions) sessions", many.rate, "bare SQLite", bareMany.rate, "")
    }

    struct Figures {
        /// Microseconds a message, user and system.
        var cpu = 0.0
        /// Microseconds from the claim to the end of the settling.
        var median = 0.0
        /// Messages a second.
        var rate = 0.0
    }

    static func row(
        _ what: String, _ ours: Double, _ against: String, _ theirs: Double, _ unit: String
    ) {
        let ratio = Double(Int(ours / theirs * 100)) / 100
        print("\(what)\t\(Int(ours)) \(unit)\t\(against)\t\(Int(theirs)) \(unit)\t\(ratio)\t")
    }

    // MARK: What is measured

    static func openEachTime(_ path: String, _ count: Int) async throws -> [Duration] {
        var latencies: [Duration] = []
        for number in 0..<count {
            let start = ContinuousClock.now
            let journal = try DirectJournal(JournalOptions(location: .sqlite(path: path)))
            try await deliver(number, journal)
            await journal.close()
            latencies.append(ContinuousClock.now - start)
        }
        return latencies
    }

    static func keepOpen(_ path: String, _ count: Int) async throws -> [Duration] {
        let journal = try DirectJournal(JournalOptions(location: .sqlite(path: path)))
        var latencies: [Duration] = []
        for number in 0..<count {
            let start = ContinuousClock.now
            try await deliver(number, journal)
            latencies.append(ContinuousClock.now - start)
        }
        await journal.close()
        return latencies
    }

    static func together(
        _ path: String, _ count: Int, _ sessions: Int
    ) async throws -> [Duration] {
        let journal = try GroupCommitJournal(JournalOptions(location: .sqlite(path: path)))
        let latencies = try await withThrowingTaskGroup(of: [Duration].self) { group in
            for session in 0..<sessions {
                group.addTask {
                    var latencies: [Duration] = []
                    for number in stride(from: session, to: count, by: sessions) {
                        let start = ContinuousClock.now
                        try await deliver(number, journal)
                        latencies.append(ContinuousClock.now - start)
                    }
                    return latencies
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        await journal.close()
        return latencies
    }

    static func deliver(_ number: Int, _ journal: any Journal) async throws {
        guard let to = PhoneNumber(e164: "+1415555\(1000 + number % 9000)") else { return }
        let digest = MessageDigest(of: Array("Received: \(number)\n\ndisk full\n".utf8))
        let key = IdempotencyKey(message: digest, to: to, sender: "+18085551234", index: 0)
        let request = ClaimRequest(key: key, to: to, sender: "+18085551234", body: "disk full")
        guard case .send(let claim) = try await journal.claim(request) else { exit(1) }
        try await journal.settle(claim, .accepted(sid: "SM\(key.hex.prefix(32))", segments: 1))
    }

    /// The least that anybody could do: two rows written in two synced commits, `batch` at a time.
    static func bareSQLite(_ path: String, _ count: Int, batch: Int) throws -> [Duration] {
        var database: OpaquePointer?
        func run(_ sql: String) {
            guard unsafe sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK else { exit(1) }
        }
        guard unsafe sqlite3_open(path, &database) == SQLITE_OK else { exit(1) }
        run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        run("CREATE TABLE sms (key TEXT PRIMARY KEY, state TEXT, sid TEXT, at INTEGER)")
        var statements: [OpaquePointer?] = unsafe []
        for sql in [
            "BEGIN IMMEDIATE", "INSERT INTO sms VALUES (?1, 'claimed', NULL, ?2)",
            "UPDATE sms SET state = 'accepted', sid = ?2 WHERE key = ?1", "COMMIT",
        ] {
            var statement: OpaquePointer?
            unsafe sqlite3_prepare_v2(database, sql, -1, &statement, nil)
            unsafe statements.append(statement)
        }
        func step(_ index: Int, _ number: Int) {
            unsafe sqlite3_bind_text(
                statements[index], 1, "\(number &* 2_654_435_761)", -1,
                unsafeBitCast(-1, to: sqlite3_destructor_type.self))
            unsafe sqlite3_bind_int64(statements[index], 2, Int64(number))
            guard unsafe sqlite3_step(statements[index]) == SQLITE_DONE else { exit(1) }
            unsafe sqlite3_reset(statements[index])
        }
        var latencies: [Duration] = []
        for first in stride(from: 0, to: count, by: batch) {
            let start = ContinuousClock.now
            for index in [1, 2] {
                step(0, 0)
                for number in first..<min(first + batch, count) { step(index, number) }
                step(3, 0)
            }
            latencies.append(ContinuousClock.now - start)
        }
        unsafe statements.forEach { unsafe sqlite3_finalize($0) }
        unsafe sqlite3_close(database)
        return latencies
    }

    // MARK: Measuring

    static func measure(
        _ count: Int, _ body: () async throws -> [Duration]
    ) async throws -> Figures {
        let (cpu, start) = (cpuTime(), ContinuousClock.now)
        return figures(try await body(), count, cpu, start)
    }

    static func measure(_ count: Int, _ body: () throws -> [Duration]) throws -> Figures {
        let (cpu, start) = (cpuTime(), ContinuousClock.now)
        return figures(try body(), count, cpu, start)
    }

    static func figures(
        _ latencies: [Duration], _ count: Int, _ cpu: Double, _ start: ContinuousClock.Instant
    ) -> Figures {
        let used = cpuTime() - cpu
        let wall = ContinuousClock.now - start
        return Figures(
            cpu: used / Double(count) * 1e6,
            median: latencies.sorted()[latencies.count / 2] / .microseconds(1),
            rate: Double(count) / (wall / .seconds(1)))
    }

    /// Seconds of CPU that this process has used.
    static func cpuTime() -> Double {
        var usage = rusage()
        unsafe getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
