import CoreAddress
import CoreJournal
import CoreSystem
import Foundation
import Testing

/// A journal in a directory of its own with a clock that a test sets.
final class JournalFixture: Sendable {
    /// Each behaviour is tested through each of these.
    enum Kind: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case direct, groupCommit, postgreSQL, postgreSQLGroupCommit

        /// Without the last two when there is no server; `PostgreSQLTests` says so.
        static var allCases: [Self] {
            let local: [Self] = [.direct, .groupCommit]
            return PostgreSQLServer.shared == nil
                ? local : local + [.postgreSQL, .postgreSQLGroupCommit]
        }

        var testDescription: String { rawValue }
    }

    let folder: String
    private let url = Locked<String?>(nil)
    private let milliseconds = Locked<Int64>(1_800_000_000_000)

    init() throws {
        folder = "\(NSTemporaryDirectory())smsmda-journal-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false)
    }

    deinit {
        // A folder left behind is a nuisance, no failure.
        try? FileManager.default.removeItem(atPath: folder)
    }

    var path: String { "\(folder)/journal.db" }

    var clock: Clock {
        Clock(
            now: { [milliseconds] in WallTime(milliseconds: milliseconds.withLock { $0 }) },
            elapsed: { [milliseconds] in .milliseconds(milliseconds.withLock { $0 }) })
    }

    var now: WallTime { clock.now() }

    func wait(_ duration: Duration) {
        milliseconds.withLock { $0 += duration.milliseconds }
    }

    func open(
        _ kind: Kind = .direct, _ change: (inout JournalOptions) -> Void = { _ in }
    ) throws -> any Journal {
        let isShared = kind == .postgreSQL || kind == .postgreSQLGroupCommit
        var options = JournalOptions(
            location: isShared ? .postgreSQL(url: try sharedURL()) : .sqlite(path: path))
        change(&options)
        switch kind {
        case .direct, .postgreSQL: return try DirectJournal(options, clock: clock)
        case .groupCommit, .postgreSQLGroupCommit:
            return try GroupCommitJournal(options, clock: clock)
        }
    }

    /// The same database for all that one test opens.
    func sharedURL() throws -> String {
        try url.withLock { (url: inout String?) throws -> String in
            let fresh = try url ?? PostgreSQLServer.shared?.freshURL() ?? ""
            url = fresh
            return fresh
        }
    }

    /// Makes the owners of all claims processes of another host.
    func replaceBoot() throws {
        let schema = try sharedURL().split(separator: "%3D").last ?? ""
        try PostgreSQLServer.shared?.query(
            "UPDATE \(schema).sms SET owner = regexp_replace(owner, '/[^/]*/', '/elsewhere/')")
    }

    static let number: PhoneNumber = {
        guard let number = PhoneNumber(e164: "+14155551212") else { preconditionFailure() }
        return number
    }()
    static let sender = "+18085551234"

    /// The claim of an SMS; another `message` is another alert.
    func request(
        message: String = "Subject: disk full\n\nsda1\n", body: String = "disk full",
        to number: PhoneNumber = number, index: Int = 0
    ) -> ClaimRequest {
        let key = IdempotencyKey(
            message: MessageDigest(of: Array(message.utf8)), to: number, sender: Self.sender,
            index: index)
        return ClaimRequest(key: key, to: number, sender: Self.sender, body: body)
    }

    static func sid(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return "SM" + String(repeating: "0", count: 32 - digits.utf8.count) + digits
    }
}

extension ClaimAnswer {
    /// One word for each answer, for expectations that read as a transcript.
    var word: String {
        switch self {
        case .send: "send"
        case .accepted(let acceptance, _, _): "accepted \(acceptance.sid)"
        case .refused(let refusal): "refused \(refusal.code ?? 0)"
        case .reconcile: "reconcile"
        case .busy(.heldBy): "busy held"
        case .busy(.notYetBelieved): "busy early"
        case .busy(.unresolved): "busy unresolved"
        case .busy(.sameTextInFlight): "busy same text"
        case .held: "held"
        case .suppressed(let sid): "suppressed \(sid)"
        case .folded: "folded"
        case .optedOut: "opted out"
        case .exceeded(let limit): "exceeded \(limit.name)"
        }
    }

    var claim: Claim? { if case .send(let claim) = self { claim } else { nil } }
    var uncertain: UncertainClaim? {
        if case .reconcile(let uncertain) = self { uncertain } else { nil }
    }
}
