import CoreJournal
import CoreSystem
import Foundation
import Testing

/// What only the shared journal has; all else is in `JournalTests`, run through it too.
@Suite struct PostgreSQLTests {
    @Test(
        "a real server takes part in these tests",
        .enabled(if: PostgreSQLServer.shared != nil, "no PostgreSQL: run `make setup`"))
    func isThere() { #expect(JournalFixture.Kind.allCases.contains(.postgreSQL)) }

    @Test(
        "a server that went away between two operations is connected to again",
        .enabled(if: PostgreSQLServer.shared != nil, "no PostgreSQL: run `make setup`"),
        arguments: [JournalFixture.Kind.postgreSQL, .postgreSQLGroupCommit])
    func disconnected(_ kind: JournalFixture.Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        let claim = try #require(try await journal.claim(fixture.request()).claim)
        try PostgreSQLServer.shared?.disconnect(fixture.sharedURL())
        try await journal.settle(claim, .accepted(sid: JournalFixture.sid(1), segments: 1))
        #expect(
            try await journal.claim(fixture.request()).word == "accepted \(JournalFixture.sid(1))")
    }

    @Test("a server that is not there is an error that says where to look")
    func unreachable() throws {
        let url = "postgresql://smsmda:secret@127.0.0.1:1/none"
        let error = #expect(throws: JournalError.self) {
            _ = try DirectJournal(JournalOptions(location: .postgreSQL(url: url)))
        }
        #expect(error?.kind == .unreachable)
        #expect(error?.description.contains("secret") == false)
    }

    @Test(
        "two hosts on one server: a dead host's claim is taken over when its lease ends",
        .enabled(if: PostgreSQLServer.shared != nil, "no PostgreSQL: run `make setup`"))
    func leaseOfADeadHost() async throws {
        let fixture = try JournalFixture()
        let one = try fixture.open(.postgreSQL)
        _ = try await one.claim(fixture.request())
        // As if another host had written it: another boot, so nobody can look at its processes.
        try fixture.replaceBoot()
        let other = try fixture.open(.postgreSQL)
        #expect(try await other.claim(fixture.request()).word == "busy held")
        fixture.wait(.seconds(120))
        let uncertain = try #require(try await other.claim(fixture.request()).uncertain)
        // Its request may have been on its way until two thirds of the lease were over, at 80 s.
        #expect(try await other.resolve(uncertain, .absent).word == "busy early")
        fixture.wait(.seconds(5))
        let again = try #require(try await other.claim(fixture.request()).uncertain)
        #expect(try await other.resolve(again, .absent).word == "send")
    }

    @Test(
        "twenty journals on one server at once: each SMS is claimed exactly once",
        .enabled(if: PostgreSQLServer.shared != nil, "no PostgreSQL: run `make setup`"))
    func manyHosts() async throws {
        let fixture = try JournalFixture()
        let requests = (0..<10).map { fixture.request(message: "\($0)") }
        let sends = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 {
                let journal = try fixture.open(.postgreSQLGroupCommit)
                group.addTask {
                    var sends = 0
                    for request in requests {
                        if try await journal.claim(request).word == "send" { sends += 1 }
                    }
                    await journal.close()
                    return sends
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(sends == 10)
    }
}
