import CoreAddress
import CoreJournal
import CoreSystem
import Testing

/// Folding of alerts. Each step of the reasoning in `Storm.swift`, through every kind of journal.
@Suite struct StormTests {
    typealias Kind = JournalFixture.Kind

    /// Two alerts in a minute. The text that tells of others is one segment longer.
    private func request(
        _ fixture: JournalFixture, _ message: String, charges: [QuotaCharge] = [],
        tells: Bool = true
    ) -> ClaimRequest {
        var request = fixture.request(message: message, body: "alert \(message)")
        request.charges = charges
        let bucket = QuotaCharge(
            name: "storm", limit: .bucket(capacity: 2, interval: .seconds(60)), amount: 1)
        request.storm = StormRule(bucket: bucket) { count in
            guard tells else { return nil }
            return StormRule.Telling(
                body: "alert \(message)\n... and \(count) more", partCount: 1, segments: 2,
                charges: charges.map {
                    QuotaCharge(name: $0.name, limit: $0.limit, amount: $0.amount + 1)
                })
        }
        return request
    }

    private func storms(_ journal: any Journal) async throws -> [Storm] {
        try await journal.read { (ledger) throws(JournalError) in try ledger.storms() }
    }

    private func send(
        _ journal: any Journal, _ request: ClaimRequest, _ sid: Int
    ) async throws -> Int {
        let claim = try #require(try await journal.claim(request).claim)
        try await journal.settle(
            claim, .accepted(sid: JournalFixture.sid(sid), segments: nil))
        return claim.told
    }

    /// Two sent, "carrier" waits, `folded` more are folded.
    private func storm(
        _ fixture: JournalFixture, _ journal: any Journal, folded: Int = 3
    ) async throws {
        for number in 1...2 {
            #expect(try await send(journal, request(fixture, "\(number)"), number) == 0)
        }
        #expect(try await journal.claim(request(fixture, "carrier")).word == "exceeded storm")
        for number in 0..<folded {
            #expect(try await journal.claim(request(fixture, "folded \(number)")).word == "folded")
        }
    }

    @Test("beyond the bucket one waits and the rest is folded", arguments: Kind.allCases)
    func folding(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        try await storm(fixture, journal)
        // Retries change nothing.
        #expect(try await journal.claim(request(fixture, "folded 0")).word == "folded")
        #expect(try await journal.claim(request(fixture, "carrier")).word == "exceeded storm")
        let storm = try #require(try await storms(journal).first)
        #expect(storm.folded == 3)
        #expect(storm.number == JournalFixture.number.e164)
        fixture.wait(.seconds(30))
        #expect(try await send(journal, request(fixture, "carrier"), 3) == 3)
        #expect(try await storms(journal).isEmpty)
        // What was folded stays folded, in another process too.
        await journal.close()
        let again = try fixture.open(kind)
        #expect(try await again.claim(request(fixture, "folded 0")).word == "folded")
        guard case .accepted(_, _, told: 3) = try await again.claim(request(fixture, "carrier"))
        else {
            Issue.record("the retry does not know what was told")
            return
        }
        #expect(try await storms(again).isEmpty)
    }

    @Test(
        "an alert that finds room tells, and the one that waited starts anew",
        arguments: Kind.allCases)
    func freshAlertTells(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        try await storm(fixture, journal)
        fixture.wait(.seconds(30))
        #expect(try await send(journal, request(fixture, "news"), 3) == 3)
        // No room again: the first waits, and it is the one that waited before.
        #expect(try await journal.claim(request(fixture, "carrier")).word == "exceeded storm")
        #expect(try await journal.claim(request(fixture, "more")).word == "folded")
        fixture.wait(.seconds(30))
        #expect(try await send(journal, request(fixture, "carrier"), 4) == 1)
    }

    @Test("of two that wait, the one that finds no room is folded", arguments: Kind.allCases)
    func twoCarriers(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        try await storm(fixture, journal, folded: 1)
        fixture.wait(.seconds(30))
        #expect(try await send(journal, request(fixture, "news"), 3) == 1)
        #expect(try await journal.claim(request(fixture, "other carrier")).word == "exceeded storm")
        #expect(try await journal.claim(request(fixture, "carrier")).word == "folded")
        fixture.wait(.seconds(30))
        #expect(try await send(journal, request(fixture, "other carrier"), 4) == 1)
        #expect(try await storms(journal).isEmpty)
    }

    @Test("a carrier that does not come back is replaced", arguments: Kind.allCases)
    func lostCarrier(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        try await storm(fixture, journal)
        fixture.wait(Storm.patience)
        let waits = try #require(try await storms(journal).first)
        #expect(!waits.isAwaited(fixture.now))
        // The bucket is full by now; the first of these tells.
        #expect(try await send(journal, request(fixture, "a"), 3) == 3)
        #expect(try await send(journal, request(fixture, "b"), 4) == 0)
        #expect(try await journal.claim(request(fixture, "c")).word == "exceeded storm")
        #expect(try await journal.claim(request(fixture, "d")).word == "folded")
        // While the bucket is empty too: another stands in for the lost one.
        for _ in 0..<70 {
            fixture.wait(.seconds(30))
            let number = Int(fixture.now.milliseconds / 1000 % 100_000)
            _ = try await send(journal, request(fixture, "\(number)", tells: false), number)
        }
        #expect(try await journal.claim(request(fixture, "e")).word == "exceeded storm")
        #expect(try await journal.claim(request(fixture, "f")).word == "folded")
        #expect(try await storms(journal).first?.folded == 2)
    }

    @Test("what was not sent after all gives its number back", arguments: Kind.allCases)
    func givenBack(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        try await storm(fixture, journal)
        fixture.wait(.seconds(30))
        var claim = try #require(try await journal.claim(request(fixture, "carrier")).claim)
        #expect(claim.told == 3)
        #expect(try await storms(journal).isEmpty)
        // Meanwhile another is too much, and waits.
        #expect(try await journal.claim(request(fixture, "meanwhile")).word == "exceeded storm")
        try await journal.settle(claim, .released)
        let back = try #require(try await storms(journal).first)
        #expect(back.folded == 3)
        // Its room came back with it.
        claim = try #require(try await journal.claim(request(fixture, "carrier")).claim)
        #expect(claim.told == 3)
        try await journal.settle(
            claim, .refused(Refusal(code: 21211, httpStatus: 400, text: "no such number")))
        #expect(try await storms(journal).first?.folded == 3)
        // A refusal is given room back too, and the next one tells.
        #expect(try await send(journal, request(fixture, "meanwhile"), 3) == 3)
        #expect(try await journal.claim(request(fixture, "carrier")).word == "refused 21211")
        #expect(try await storms(journal).isEmpty)
    }

    @Test(
        "a lost reply keeps its number: what is sent again says the same", arguments: Kind.allCases)
    func uncertain(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        try await storm(fixture, journal)
        fixture.wait(.seconds(30))
        let claim = try #require(try await journal.claim(request(fixture, "carrier")).claim)
        #expect(claim.told == 3)
        try await journal.settle(claim, .uncertain(reason: "no reply"))
        // More are folded meanwhile; they are another number.
        #expect(try await journal.claim(request(fixture, "x")).word == "exceeded storm")
        #expect(try await journal.claim(request(fixture, "y")).word == "folded")
        fixture.wait(JournalRules().settle)
        let doubt = try #require(try await journal.claim(request(fixture, "carrier")).uncertain)
        let again = try #require(try await journal.resolve(doubt, .absent).claim)
        #expect(again.told == 3)
        try await journal.settle(
            again, .accepted(sid: JournalFixture.sid(9), segments: nil))
        #expect(try await storms(journal).first?.folded == 1)
    }

    @Test(
        "folded alerts cost nothing, and who tells is weighed with the line",
        arguments: Kind.allCases)
    func charges(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        let day = QuotaCharge(
            name: "day", limit: .counter(most: 4, period: "2026-11-21"), amount: 1)
        func alert(_ message: String) -> ClaimRequest {
            request(fixture, message, charges: [day])
        }
        func used() async throws -> [Int] {
            try await journal.read { (ledger) throws(JournalError) in try ledger.used([day]) }
        }
        _ = try await send(journal, alert("1"), 1)
        _ = try await send(journal, alert("2"), 2)
        #expect(try await journal.claim(alert("carrier")).word == "exceeded storm")
        #expect(try await journal.claim(alert("folded")).word == "folded")
        #expect(try await used() == [2])
        fixture.wait(.seconds(60))
        #expect(try await send(journal, alert("carrier"), 3) == 1)
        #expect(try await used() == [4])
        // Over the cap: the bucket keeps its room, and nothing is folded for it.
        #expect(try await journal.claim(alert("3")).word == "exceeded day")
        #expect(try await send(journal, request(fixture, "4"), 4) == 0)
    }

    @Test(
        "one that cannot say it is sent without, and the next one says it", arguments: Kind.allCases
    )
    func cannotTell(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        try await storm(fixture, journal)
        fixture.wait(.seconds(60))
        #expect(try await send(journal, request(fixture, "carrier", tells: false), 3) == 0)
        #expect(try await storms(journal).first?.folded == 3)
        #expect(try await send(journal, request(fixture, "next"), 4) == 3)
    }

    @Test(
        "the same text is suppressed although it told of others the first time",
        arguments: Kind.allCases)
    func dedup(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        try await storm(fixture, journal)
        fixture.wait(.seconds(60))
        _ = try await send(journal, request(fixture, "carrier"), 3)
        // Another mail that says the same, though the first said more.
        var repeated = request(fixture, "carrier again")
        repeated.text = request(fixture, "carrier").text
        repeated.dedupWindow = .seconds(600)
        #expect(
            try await journal.claim(repeated).word == "suppressed \(JournalFixture.sid(3))")
        // It took no room, and a text that was only folded is no repetition.
        var folded = request(fixture, "folded again")
        folded.text = request(fixture, "folded 0").text
        folded.dedupWindow = .seconds(600)
        #expect(try await send(journal, folded, 4) == 0)
    }

    @Test("a number that has opted out is told so, and nothing is folded", arguments: Kind.allCases)
    func optOut(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        let claim = try #require(try await journal.claim(request(fixture, "1")).claim)
        try await journal.settle(
            claim,
            .refused(Refusal(code: 21610, httpStatus: 400, text: "stopped", isOptOut: true)))
        for number in 2...5 {
            #expect(try await journal.claim(request(fixture, "\(number)")).word == "opted out")
        }
        #expect(try await storms(journal).isEmpty)
    }

    @Test("stats count what is folded and what nobody was told", arguments: Kind.allCases)
    func stats(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        try await storm(fixture, journal)
        let stats = try await journal.read { (ledger) throws(JournalError) in
            try ledger.stats(since: WallTime(milliseconds: 0))
        }
        #expect(stats.byState[.folded]?.messages == 3)
        #expect(stats.untold == 3)
        #expect(stats.untoldNumbers == 1)
        var filter = EntryFilter()
        filter.states = [.folded]
        let listed = try await journal.read { [filter] (ledger) throws(JournalError) in
            try ledger.list(filter)
        }
        #expect(listed.count == 3)
    }

    @Test(
        "many sessions at once: each alert is sent, waits or is folded, and none is forgotten",
        arguments: Kind.allCases)
    func manyAtOnce(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        let requests = (0..<40).map { request(fixture, "alert \($0)") }
        let words = try await withThrowingTaskGroup(of: String.self) { group in
            for request in requests { group.addTask { try await journal.claim(request).word } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(words.count { $0 == "send" } == 2)
        #expect(words.count { $0 == "exceeded storm" } == 1)
        #expect(words.count { $0 == "folded" } == 37)
        #expect(try await storms(journal).first?.folded == 37)
    }
}
