import CoreJournal
import CoreSystem
import Foundation
import Testing

@Suite struct JournalFailureTests {
    private func kind(
        _ body: () async throws -> Void
    ) async throws -> JournalError.Kind? {
        do {
            try await body()
            return nil
        } catch let error as JournalError {
            #expect(error.description.contains(error.reason))
            return error.kind
        }
    }

    /// Runs statements as somebody else would, who closes the file for good.
    private func execute(_ statements: [String], on fixture: JournalFixture) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            [
                "python3", "-c",
                """
                import sqlite3, sys
                connection = sqlite3.connect(sys.argv[1], isolation_level=None)
                for statement in sys.argv[2:]:
                    connection.execute(statement)
                connection.close()
                """, fixture.path,
            ] + statements
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test("a directory that is not there is the operator's to mend")
    func noDirectory() async throws {
        let options = JournalOptions(location: .sqlite(path: "/nonexistent/journal.db"))
        #expect(try await kind { _ = try DirectJournal(options) } == .unwritable)
        #expect(try await kind { _ = try GroupCommitJournal(options) } == .unwritable)
    }

    @Test("a daemon may start before its journal can be opened")
    func openedLater() async throws {
        let fixture = try JournalFixture()
        let folder = "\(fixture.folder)/later"
        let options = JournalOptions(location: .sqlite(path: "\(folder)/journal.db"))
        let journal = try GroupCommitJournal(options, clock: fixture.clock, waits: true)
        #expect(
            try await kind { _ = try await journal.claim(fixture.request()) } == .unwritable)
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false)
        #expect(try await journal.claim(fixture.request()).word == "send")
    }

    @Test("a file that is no database is left as it is")
    func noDatabase() async throws {
        let fixture = try JournalFixture()
        let content = Data(repeating: 65, count: 8192)
        try content.write(to: URL(filePath: fixture.path))
        #expect(try await kind { _ = try fixture.open() } == .corrupt)
        #expect(try Data(contentsOf: URL(filePath: fixture.path)) == content)
    }

    @Test("a damaged journal answers nothing")
    func damaged() async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open()
        _ = try await journal.claim(fixture.request())
        await journal.close()
        // All into the one file.
        try execute(["PRAGMA wal_checkpoint(TRUNCATE)"], on: fixture)
        // The first page stays, so that it opens; the tables behind it are gone.
        let file = try FileHandle(forUpdating: URL(filePath: fixture.path))
        let size = try file.seekToEnd()
        try file.seek(toOffset: 4096)
        try file.write(contentsOf: Data(repeating: 0xff, count: Int(size) - 4096))
        try file.close()
        #expect(
            try await kind {
                _ = try await fixture.open().claim(fixture.request(message: "another"))
            } == .corrupt)
    }

    @Test("a journal of a newer release is not touched")
    func tooNew() async throws {
        let fixture = try JournalFixture()
        await (try fixture.open()).close()
        try execute(["PRAGMA user_version = 99"], on: fixture)
        #expect(try await kind { _ = try fixture.open() } == .tooNew(version: 99))
    }

    @Test("the tables of an older release are brought up to date, and keep what is in them")
    func migration() async throws {
        let fixture = try JournalFixture()
        var journal = try fixture.open()
        let claim = try #require(try await journal.claim(fixture.request()).claim)
        try await journal.settle(claim, .accepted(sid: JournalFixture.sid(1), segments: 1))
        await journal.close()
        // Back to version 1, as the first release made it.
        let statements = [
            "ALTER TABLE sms DROP COLUMN account", "ALTER TABLE opt_out DROP COLUMN asked",
            "DROP INDEX sms_plain", "ALTER TABLE sms DROP COLUMN told",
            "ALTER TABLE sms DROP COLUMN text_plain", "DROP TABLE storm", "PRAGMA user_version = 1",
        ]
        try execute(statements, on: fixture)
        journal = try fixture.open()
        #expect(
            try await journal.claim(fixture.request()).word == "accepted \(JournalFixture.sid(1))")
        #expect(try await journal.claim(fixture.request(message: "new")).word == "send")
    }

    @Test("a writer that does not let go is waited for no longer than the time-out")
    func busy() async throws {
        let fixture = try JournalFixture()
        let holder = try fixture.open()
        let other = try fixture.open { $0.busyTimeout = .milliseconds(20) }
        let key = fixture.request().key
        let got = try await holder.read { (_) throws(JournalError) -> JournalError.Kind? in
            // Inside the holder's transaction.
            let box = Locked<JournalError.Kind?>(nil)
            let done = DispatchSemaphore(value: 0)
            Task {
                do throws(JournalError) {
                    _ = try await other.read { (ledger) throws(JournalError) in
                        try ledger.takeOver(key)?.word
                    }
                } catch {
                    box.withLock { $0 = error.kind }
                }
                done.signal()
            }
            done.wait()
            return box.withLock { $0 }
        }
        #expect(got == .busy)
    }

    @Test("the files are their owner's alone")
    func mode() async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open()
        _ = try await journal.claim(fixture.request())
        for name in ["journal.db", "journal.db-wal", "journal.db-shm"] {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: "\(fixture.folder)/\(name)")
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
    }

    @Test(
        "a file replaced under a running journal is opened anew",
        arguments: [JournalFixture.Kind.direct, .groupCommit])
    func replaced(_ kind: JournalFixture.Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        let claim = try #require(try await journal.claim(fixture.request()).claim)
        for name in ["journal.db", "journal.db-wal", "journal.db-shm"] {
            try FileManager.default.removeItem(atPath: "\(fixture.folder)/\(name)")
        }
        // The outcome is kept although the row was lost with the file.
        try await journal.settle(claim, .accepted(sid: JournalFixture.sid(1), segments: 1))
        let other = try fixture.open()
        #expect(
            try await other.claim(fixture.request()).word == "accepted \(JournalFixture.sid(1))")
    }

    @Test("after closing nothing is taken", arguments: JournalFixture.Kind.allCases)
    func closed(_ journalKind: JournalFixture.Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(journalKind)
        await journal.close()
        await journal.close()
        #expect(
            try await kind { _ = try await journal.claim(fixture.request()) } == .closed)
    }
}
