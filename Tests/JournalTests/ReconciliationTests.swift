import CoreJournal
import CoreSystem
import Testing

@Suite struct ReconciliationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// One message of the list, changed from one that is certainly ours.
        var body = "disk full on sda1, see rack 7"
        var from: String? = JournalFixture.sender
        var serviceSID: String?
        /// Seconds after our claim.
        var after: Int64 = 2
        var direction = "outbound-api"
        var providerClockAhead: Int64?
        let want: Finding
    }

    static let text = "disk full on sda1, see rack 7"
    static let found = Finding.found(sid: JournalFixture.sid(1))

    @Test(
        "one message in the list is ours or not",
        arguments: [
            Case(testDescription: "all agrees", want: found),
            Case(
                testDescription: "another text", body: "disk full on sda2, see rack 7",
                want: .absent),
            Case(testDescription: "another sender", from: "+18085550000", want: .absent),
            Case(
                testDescription: "our service", from: nil, serviceSID: JournalFixture.sender,
                want: found),
            Case(testDescription: "received, not sent", direction: "inbound", want: .absent),
            Case(testDescription: "a reply by TwiML", direction: "outbound-reply", want: found),
            Case(testDescription: "before the claim, clocks unknown", after: -119, want: found),
            Case(testDescription: "too long before the claim", after: -121, want: .absent),
            Case(
                testDescription: "before the claim, clocks known", after: -6, providerClockAhead: 0,
                want: .absent),
            Case(
                testDescription: "the provider's clock is an hour behind", after: -3598,
                providerClockAhead: -3600, want: found),
            Case(
                testDescription: "the provider's clock is an hour ahead, and it is old",
                after: 3590,
                providerClockAhead: 3600, want: .absent),
            Case(
                testDescription: "a trial account's sentence in front",
                body: "Sent from your Twilio trial account - disk full on sda1, see rack 7",
                want: found),
            Case(
                testDescription: "smart encoding changed a comma and a space",
                body: "disk full on sda1;\u{a0}see rack 7", want: found),
            Case(
                testDescription: "the body was deleted", body: "",
                want: .forbidden(
                    reason: "the provider has deleted the bodies of 1 messages to compare")),
        ])
    func oneMessage(_ c: Case) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open()
        let uncertain = try await Self.uncertain(fixture, journal, "1")
        let message = ProviderMessage(
            sid: JournalFixture.sid(1), from: c.from, serviceSID: c.serviceSID, body: c.body,
            created: fixture.now + .seconds(c.after), direction: c.direction)
        var search = Reconciliation(uncertain)
        let clocks = c.providerClockAhead.map { (fixture.now + .seconds($0), fixture.now) }
        let verdict = search.receive([message], isLast: true, clocks: clocks)
        #expect(verdict.plain == .finding(c.want))
    }

    @Test("a shortened link is seen through")
    func link() async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open()
        let uncertain = try await Self.uncertain(
            fixture, journal, "1", text: "backup failed, see https://wiki.example/backup/failed")
        var search = Reconciliation(uncertain)
        let message = Self.message(fixture, 1, body: "backup failed, see https://twil.io/x7Tq")
        #expect(search.receive([message], isLast: true).plain == .finding(Self.found))
    }

    @Test("short texts are compared exactly: 1.5 is not 15")
    func shortText() async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open()
        let uncertain = try await Self.uncertain(fixture, journal, "1", text: "T 1.5")
        var search = Reconciliation(uncertain)
        let message = Self.message(fixture, 1, body: "T 15")
        #expect(search.receive([message], isLast: true).plain == .finding(.absent))
    }

    @Test("an exact text goes before one that only looks the same")
    func exactFirst() async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open()
        let uncertain = try await Self.uncertain(fixture, journal, "1")
        var search = Reconciliation(uncertain)
        let page = [
            Self.message(fixture, 2, after: 3),
            Self.message(fixture, 1, after: 1, body: "disk full on sda1 - see rack 7"),
        ]
        #expect(
            search.receive(page, isLast: true).plain == .finding(.found(sid: JournalFixture.sid(2)))
        )
    }

    @Test("a SID that the journal holds for another SMS is never taken")
    func held() async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open()
        let other = fixture.request(message: "2", body: Self.text)
        let claim = try #require(try await journal.claim(other).claim)
        try await journal.settle(claim, .accepted(sid: JournalFixture.sid(1), segments: 1))
        let uncertain = try await Self.uncertain(fixture, journal, "1")
        var search = Reconciliation(uncertain)
        #expect(
            search.receive([Self.message(fixture, 1)], isLast: true).plain == .finding(.absent))
    }

    @Test("two uncertain sends of one text are matched by count", arguments: [1, 2])
    func byCount(_ listed: Int) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open()
        for message in ["1", "2"] { try await Self.lose(fixture, journal, message) }
        fixture.wait(.seconds(60))
        let list = (1...listed).reversed().map { Self.message(fixture, $0, after: -50) }
        var answers: [String] = []
        for message in ["1", "2"] {
            let uncertain = try #require(
                try await journal.claim(fixture.request(message: message, body: Self.text))
                    .uncertain)
            var search = Reconciliation(uncertain)
            guard case .finding(let finding) = search.receive(list, isLast: true) else { continue }
            answers.append(try await journal.resolve(uncertain, finding).word)
        }
        let want = [
            "accepted \(JournalFixture.sid(1))",
            listed == 2 ? "accepted \(JournalFixture.sid(2))" : "send",
        ]
        // The oldest goes first; all stand at one time here, so any order of SIDs is right.
        #expect(Set(answers) == Set(want))
    }

    @Test("of several the oldest is taken, so that later sends find theirs")
    func oldest() async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open()
        try await Self.lose(fixture, journal, "1")
        fixture.wait(.seconds(300))
        try await Self.lose(fixture, journal, "2")
        let list = [Self.message(fixture, 2, after: 1), Self.message(fixture, 1, after: -299)]
        for (message, want) in [("1", 1), ("2", 2)] {
            let uncertain = try #require(
                try await journal.claim(fixture.request(message: message, body: Self.text))
                    .uncertain)
            var search = Reconciliation(uncertain)
            let verdict = search.receive(list, isLast: true)
            #expect(verdict.plain == .finding(.found(sid: JournalFixture.sid(want))))
            // Not resolved: the second has to find its own although the first's is still free.
        }
    }

    @Test("a send of the same text that started while we asked keeps its SID")
    func rivalMeanwhile() async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open()
        let uncertain = try await Self.uncertain(fixture, journal, "1")
        let other = fixture.request(message: "2", body: Self.text)
        let claim = try #require(try await journal.claim(other).claim)
        // The list is read now, and shows what the other has caused.
        var search = Reconciliation(uncertain)
        guard
            case .finding(let finding) = search.receive([Self.message(fixture, 2)], isLast: true)
        else {
            Issue.record("no finding")
            return
        }
        #expect(try await journal.resolve(uncertain, finding).word == "busy unresolved")
        try await journal.settle(claim, .accepted(sid: JournalFixture.sid(2), segments: 1))
        let again = try #require(
            try await journal.claim(fixture.request(message: "1", body: Self.text)).uncertain)
        #expect(try await journal.resolve(again, finding).word == "busy unresolved")
    }

    @Test("what another send under way may have caused is left alone")
    func rivalInFlight() async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open()
        try await Self.lose(fixture, journal, "1")
        fixture.wait(.seconds(300))
        _ = try await journal.claim(fixture.request(message: "2", body: Self.text))
        let uncertain = try #require(
            try await journal.claim(fixture.request(message: "1", body: Self.text)).uncertain)
        var search = Reconciliation(uncertain)
        #expect(
            search.receive([Self.message(fixture, 2, after: 1)], isLast: true).plain
                == .finding(
                    .unclear(reason: "the same text is being sent to this number just now")))
        // Created before the other was claimed: it can only be ours.
        search = Reconciliation(uncertain)
        #expect(
            search.receive([Self.message(fixture, 1, after: -290)], isLast: true).plain
                == .finding(Self.found))
    }

    @Test("pages are asked for until they are older than the claim")
    func pages() async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open()
        let uncertain = try await Self.uncertain(fixture, journal, "1")
        func page(_ seconds: [Int64]) -> [ProviderMessage] {
            seconds.map { Self.message(fixture, 100 + Int($0) + 1000, after: $0, body: "other") }
        }
        var search = Reconciliation(uncertain)
        #expect(search.receive(page([90, 60]), isLast: false) == .more)
        #expect(search.receive(page([30, -300]), isLast: false).plain == .finding(.absent))
        // A list in no order says nothing about the pages to come.
        search = Reconciliation(uncertain)
        #expect(search.receive(page([-300, 60]), isLast: false) == .more)
        #expect(search.receive(page([30, -300]), isLast: false) == .more)
        #expect(
            search.receive(page([-400]) + [Self.message(fixture, 1)], isLast: true).plain
                == .finding(Self.found))
    }

    @Test("an endless list ends in doubt, not in a second SMS")
    func endless() async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open()
        let uncertain = try await Self.uncertain(fixture, journal, "1")
        var search = Reconciliation(uncertain)
        var verdict = Reconciliation.Verdict.more
        var pageCount = 0
        while verdict == .more && pageCount < 10_000 {
            verdict = search.receive([Self.message(fixture, 1, body: "other")], isLast: false)
            pageCount += 1
        }
        #expect(
            verdict
                == .finding(
                    .unclear(reason: "the provider lists too many messages to this number")))
        #expect(pageCount == 200)
    }

    @Test("ten thousand messages are looked through, in however large pages")
    func manyOnLargePages() async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open()
        let uncertain = try await Self.uncertain(fixture, journal, "1")
        let page = (0..<500).map { Self.message(fixture, 1000 + $0, body: "other") }
        var search = Reconciliation(uncertain)
        for _ in 1..<20 { #expect(search.receive(page, isLast: false) == .more) }
        #expect(
            search.receive(page, isLast: false)
                == .finding(
                    .unclear(reason: "the provider lists too many messages to this number")))
    }

    // MARK: Scenes

    static func message(
        _ fixture: JournalFixture, _ number: Int, after: Int64 = 2, body: String = text
    ) -> ProviderMessage {
        ProviderMessage(
            sid: JournalFixture.sid(number), from: JournalFixture.sender, serviceSID: nil,
            body: body, created: fixture.now + .seconds(after), direction: "outbound-api")
    }

    /// Sends without hearing a reply.
    static func lose(
        _ fixture: JournalFixture, _ journal: any Journal, _ message: String, text: String = text
    ) async throws {
        let request = fixture.request(message: message, body: text)
        let claim = try #require(try await journal.claim(request).claim)
        try await journal.settle(claim, .uncertain(reason: "no reply"))
    }

    static func uncertain(
        _ fixture: JournalFixture, _ journal: any Journal, _ message: String, text: String = text
    ) async throws -> UncertainClaim {
        try await lose(fixture, journal, message, text: text)
        let request = fixture.request(message: message, body: text)
        return try #require(try await journal.claim(request).uncertain)
    }
}

extension Reconciliation.Verdict {
    /// Without the time of creation, which `rivalMeanwhile` tests.
    var plain: Self {
        guard case .finding(.found(let sid, _)) = self else { return self }
        return .finding(.found(sid: sid))
    }
}
