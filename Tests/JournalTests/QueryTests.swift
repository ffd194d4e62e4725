import CoreJournal
import CoreSystem
import Testing

@Suite struct QueryTests {
    typealias Kind = JournalFixture.Kind

    /// One SMS of each state, a minute apart: accepted, refused, uncertain, claimed.
    private func filled(_ fixture: JournalFixture, _ kind: Kind) async throws -> any Journal {
        let journal = try fixture.open(kind)
        let settlements: [Settlement?] = [
            .accepted(sid: JournalFixture.sid(1), segments: 3),
            .refused(Refusal(code: 21211, httpStatus: 400, text: "no such number")),
            .uncertain(reason: "no reply"), nil,
        ]
        for (number, settlement) in settlements.enumerated() {
            var request = fixture.request(message: "\(number)")
            request.origin = ClaimRequest.Origin(
                recipient: "OnCall@SMS.example", reversePath: "ups\(number)@Host.example",
                queueID: "4Q\(number)", messageID: "\(number)@host.example", route: "vip")
            let claim = try #require(try await journal.claim(request).claim)
            if let settlement { try await journal.settle(claim, settlement) }
            fixture.wait(.seconds(60))
        }
        return journal
    }

    @Test("the list is newest first and takes filters", arguments: Kind.allCases)
    func list(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let start = fixture.now
        let journal = try await filled(fixture, kind)
        func states(_ change: @Sendable (inout EntryFilter) -> Void) async throws -> [String] {
            var filter = EntryFilter()
            change(&filter)
            let wanted = filter
            return try await journal.read { (ledger) throws(JournalError) in
                try ledger.list(wanted).map { $0.stateName.rawValue }
            }
        }
        let all = ["claimed", "uncertain", "refused", "accepted"]
        #expect(try await states { _ in } == all)
        #expect(try await states { $0.limit = 2 } == Array(all.prefix(2)))
        #expect(try await states { $0.states = [.accepted, .refused] } == Array(all.suffix(2)))
        #expect(try await states { $0.since = start + .seconds(60) } == Array(all.prefix(3)))
        #expect(try await states { $0.until = start + .seconds(60) } == ["accepted"])
        #expect(try await states { $0.recipient = "+14155551212" } == all)
        #expect(try await states { $0.recipient = "oncall@sms.example" } == all)
        #expect(try await states { $0.recipient = "' OR 1=1 --" } == [])
        #expect(try await states { $0.sender = "UPS2@host.example" } == ["uncertain"])
        #expect(try await states { $0.sender = JournalFixture.sender } == all)
        #expect(
            try await states {
                $0.sender = JournalFixture.sender
                $0.recipient = "+14155551212"
                $0.since = start
                $0.states = [.claimed]
            } == ["claimed"])
    }

    @Test("one SMS is found by whatever names it", arguments: Kind.allCases)
    func show(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try await filled(fixture, kind)
        let key = fixture.request(message: "0").key
        func shown(_ id: String) async throws -> [Entry] {
            try await journal.read { (ledger) throws(JournalError) in try ledger.show(id) }
        }
        for id in [
            key.hex, key.description, JournalFixture.sid(1), "4Q0", "0@host.example",
            "<0@host.example>",
        ] {
            let entries = try await shown(id)
            #expect(entries.map(\.key) == [key], "by \(id)")
        }
        #expect(try await shown(String(key.hex.prefix(7))).isEmpty)
        #expect(try await shown("nothing").isEmpty)
        let entry = try #require(try await shown("4Q0").first)
        guard case .accepted(let acceptance) = entry.state else {
            Issue.record("not accepted")
            return
        }
        #expect(acceptance.sid == JournalFixture.sid(1))
        #expect(!acceptance.wasFound)
        #expect(entry.segments == 3)
        #expect(entry.origin.route == "vip")
        #expect(entry.origin.recipient == "OnCall@SMS.example")
    }

    @Test("stats count messages, segments and codes", arguments: Kind.allCases)
    func stats(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let start = fixture.now
        let journal = try await filled(fixture, kind)
        let stats = try await journal.read { (ledger) throws(JournalError) in
            try ledger.stats(since: start)
        }
        #expect(stats.byState[.accepted]?.messages == 1)
        #expect(stats.byState[.accepted]?.segments == 3)
        #expect(stats.byState[.refused]?.messages == 1)
        #expect(stats.byState[.suppressed] == nil)
        #expect(stats.refusedByCode == [21211: 1])
        #expect(stats.oldest == start)
        #expect(stats.oldestUncertain == start + .seconds(120))
        let later = try await journal.read { (ledger) throws(JournalError) in
            try ledger.stats(since: start + .seconds(60))
        }
        #expect(later.byState[.accepted] == nil)
    }

    @Test(
        "an operator asks about what is unsettled, and a found one is settled",
        arguments: Kind.allCases)
    func takeOver(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try await filled(fixture, kind)
        await journal.close()
        let operatorsJournal = try fixture.open(kind)
        func words() async throws -> [String] {
            try await operatorsJournal.read { (ledger) throws(JournalError) in
                var words: [String] = []
                for entry in try ledger.unsettled() {
                    words.append(try ledger.takeOver(entry.key)?.word ?? "gone")
                }
                return words
            }
        }
        // The second is claimed by this very process, through a journal that is closed.
        #expect(try await words() == ["reconcile", "busy held"])
        // Asking is held too, by us: nothing else happens to it meanwhile.
        #expect(try await words() == ["gone", "busy held"])
    }
}
