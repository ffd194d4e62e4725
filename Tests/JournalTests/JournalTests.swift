import CoreAddress
import CoreJournal
import CoreSystem
import Testing

@Suite struct JournalTests {
    typealias Kind = JournalFixture.Kind

    @Test("a retry of what was sent hears the SID and sends nothing", arguments: Kind.allCases)
    func accepted(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        let claim = try #require(try await journal.claim(fixture.request()).claim)
        try await journal.settle(claim, .accepted(sid: JournalFixture.sid(1), segments: 2))
        let want = "accepted \(JournalFixture.sid(1))"
        #expect(try await journal.claim(fixture.request()).word == want)
        await journal.close()
        // Another process, later.
        let again = try fixture.open(kind)
        #expect(try await again.claim(fixture.request()).word == want)
    }

    @Test("what never reached the provider leaves no trace", arguments: Kind.allCases)
    func released(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        let claim = try #require(try await journal.claim(fixture.request()).claim)
        try await journal.settle(claim, .released)
        #expect(try await journal.claim(fixture.request()).word == "send")
    }

    @Test("a refusal is repeated without asking again", arguments: Kind.allCases)
    func refused(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        let claim = try #require(try await journal.claim(fixture.request()).claim)
        let refusal = Refusal(code: 21211, httpStatus: 400, text: "no such number")
        try await journal.settle(claim, .refused(refusal))
        guard case .refused(let got) = try await journal.claim(fixture.request()) else {
            Issue.record("not refused")
            return
        }
        #expect(got == refusal)
        // Another message to the same number is another question.
        #expect(try await journal.claim(fixture.request(message: "another")).word == "send")
    }

    @Test(
        "a lost reply is asked about, and absence believed after the settle time",
        arguments: Kind.allCases)
    func uncertain(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        let claim = try #require(try await journal.claim(fixture.request()).claim)
        try await journal.settle(claim, .uncertain(reason: "no reply"))
        fixture.wait(.seconds(44))
        let early = try #require(try await journal.claim(fixture.request()).uncertain)
        #expect(early.reason == "no reply")
        #expect(try await journal.resolve(early, .absent).word == "busy early")
        fixture.wait(.seconds(1))
        let late = try #require(try await journal.claim(fixture.request()).uncertain)
        let answer = try await journal.resolve(late, .absent)
        #expect(answer.word == "send")
        try await journal.settle(
            #require(answer.claim), .accepted(sid: JournalFixture.sid(1), segments: nil))
        #expect(
            try await journal.claim(fixture.request()).word == "accepted \(JournalFixture.sid(1))")
    }

    @Test("what the provider lists is taken for sent at once", arguments: Kind.allCases)
    func found(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        let claim = try #require(try await journal.claim(fixture.request()).claim)
        try await journal.settle(claim, .uncertain(reason: "no reply"))
        let uncertain = try #require(try await journal.claim(fixture.request()).uncertain)
        let want = "accepted \(JournalFixture.sid(7))"
        #expect(
            try await journal.resolve(uncertain, .found(sid: JournalFixture.sid(7))).word == want)
        #expect(try await journal.claim(fixture.request()).word == want)
    }

    @Test(
        "an unclear answer changes nothing; a forbidden question follows on_uncertain",
        arguments: Kind.allCases)
    func cannotAsk(_ kind: Kind) async throws {
        for (policy, want) in [
            (JournalRules.OnUncertain.hold, "held"), (JournalRules.OnUncertain.resend, "send"),
        ] {
            let fixture = try JournalFixture()
            let journal = try fixture.open(kind) { $0.rules.onUncertain = policy }
            let claim = try #require(try await journal.claim(fixture.request()).claim)
            try await journal.settle(claim, .uncertain(reason: "no reply"))
            fixture.wait(.seconds(600))
            var uncertain = try #require(try await journal.claim(fixture.request()).uncertain)
            #expect(
                try await journal.resolve(uncertain, .unclear(reason: "down")).word
                    == "busy unresolved")
            uncertain = try #require(try await journal.claim(fixture.request()).uncertain)
            #expect(try await journal.resolve(uncertain, .forbidden(reason: "403")).word == want)
        }
    }

    @Test("a claim of a living process keeps others away until its lease ends")
    func othersClaim() async throws {
        let fixture = try JournalFixture()
        let one = try fixture.open()
        let other = try fixture.open()
        let claim = try #require(try await one.claim(fixture.request()).claim)
        #expect(try await other.claim(fixture.request()).word == "busy held")
        fixture.wait(.seconds(119))
        #expect(try await other.claim(fixture.request()).word == "busy held")
        fixture.wait(.seconds(1))
        let taken = try #require(try await other.claim(fixture.request()).uncertain)
        // Its first owner was only slow: a SID in hand beats what the other may find.
        try await one.settle(claim, .accepted(sid: JournalFixture.sid(1), segments: 1))
        #expect(try await other.resolve(taken, .absent).word == "busy unresolved")
        #expect(
            try await other.claim(fixture.request()).word == "accepted \(JournalFixture.sid(1))")
    }

    @Test(
        "a response that comes after another has claimed the SMS again changes nothing of its row",
        arguments: Kind.allCases)
    func lateResponse(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let (one, other, third) = try (fixture.open(kind), fixture.open(kind), fixture.open(kind))
        let claim = try #require(try await one.claim(fixture.request()).claim)
        fixture.wait(.seconds(125))
        let lost = try #require(try await other.claim(fixture.request()).uncertain)
        let again = try #require(try await other.resolve(lost, .absent).claim)
        try await one.settle(claim, .accepted(sid: JournalFixture.sid(1), segments: 1))
        #expect(try await third.claim(fixture.request()).word == "busy held")
        try await other.settle(again, .accepted(sid: JournalFixture.sid(2), segments: 1))
        #expect(
            try await third.claim(fixture.request()).word == "accepted \(JournalFixture.sid(2))")
        // Nor does it when the other's response is there already.
        try await one.settle(claim, .accepted(sid: JournalFixture.sid(1), segments: 1))
        #expect(
            try await third.claim(fixture.request()).word == "accepted \(JournalFixture.sid(2))")
    }

    @Test("a claim that nobody settled: its request was over two thirds into its lease")
    func lostClaim() async throws {
        let fixture = try JournalFixture()
        _ = try await fixture.open().claim(fixture.request())
        let other = try fixture.open()
        fixture.wait(.seconds(124))
        let early = try #require(try await other.claim(fixture.request()).uncertain)
        #expect(try await other.resolve(early, .absent).word == "busy early")
        fixture.wait(.seconds(1))
        let late = try #require(try await other.claim(fixture.request()).uncertain)
        #expect(try await other.resolve(late, .absent).word == "send")
    }

    @Test("what is asked of a busy event loop waits until it is idle, and for one commit")
    func rounds() async throws {
        let fixture = try JournalFixture()
        let ends = Locked<[@Sendable () -> Void]>([])
        let journal = try GroupCommitJournal(
            JournalOptions(location: .sqlite(path: fixture.path)), clock: fixture.clock,
            whenIdle: { end in ends.withLock { $0.append(end) } })
        let claims = (1...3).map { number in
            // Runs here until it waits, so all three have asked when the last one is made.
            Task.immediate {
                try await journal.claim(fixture.request(message: "alert \(number)")).word
            }
        }
        #expect(ends.withLock { $0.count } == 1)
        let other = try fixture.open()
        #expect(try await other.read(Self.unsettled) == 0)
        for end in ends.withLock({ $0 }) { end() }
        for claim in claims { #expect(try await claim.value == "send") }
        #expect(try await other.read(Self.unsettled) == 3)
    }

    @Test("an event loop that is busy for long does not hold up more than a few")
    func busyLoop() async throws {
        let fixture = try JournalFixture()
        let journal = try GroupCommitJournal(
            JournalOptions(location: .sqlite(path: fixture.path)), clock: fixture.clock,
            whenIdle: { _ in })
        let claims = (1...16).map { number in
            Task.immediate {
                try await journal.claim(fixture.request(message: "alert \(number)")).word
            }
        }
        for claim in claims { #expect(try await claim.value == "send") }
    }

    private static let unsettled: @Sendable (Ledger) throws(JournalError) -> Int = {
        (ledger) throws(JournalError) in try ledger.unsettled().count
    }

    @Test("two sessions of one process with one SMS: the second hears the first's outcome")
    func twoSessions() async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(.groupCommit)
        let claim = try #require(try await journal.claim(fixture.request()).claim)
        async let second = journal.claim(fixture.request())
        async let third = journal.claim(fixture.request())
        // Both are asked for before the settling, or after it: the answer is the same.
        try await journal.settle(claim, .accepted(sid: JournalFixture.sid(1), segments: 1))
        let want = "accepted \(JournalFixture.sid(1))"
        #expect(try await second.word == want)
        #expect(try await third.word == want)
    }

    @Test("two sessions with one SMS, and the first fails: exactly one of the others sends")
    func twoSessionsReleased() async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(.groupCommit)
        let claim = try #require(try await journal.claim(fixture.request()).claim)
        let request = fixture.request()
        let answers = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<5 {
                group.addTask {
                    let answer = try await journal.claim(request)
                    if let claim = answer.claim {
                        try await journal.settle(
                            claim, .accepted(sid: JournalFixture.sid(number), segments: 1))
                    }
                    return answer.word.prefix(8).description
                }
            }
            try await journal.settle(claim, .released)
            return try await group.reduce(into: []) { $0.append($1) }.sorted()
        }
        #expect(answers == ["accepted", "accepted", "accepted", "accepted", "send"])
    }

    @Test("a hundred sessions at once all get their own claim", arguments: Kind.allCases)
    func manySessions(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        let requests = (0..<100).map { fixture.request(message: "alert \($0)") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, request) in requests.enumerated() {
                group.addTask {
                    let claim = try #require(try await journal.claim(request).claim)
                    try await journal.settle(
                        claim, .accepted(sid: JournalFixture.sid(number), segments: 1))
                }
            }
            try await group.waitForAll()
        }
        for (number, request) in requests.enumerated() {
            let want = "accepted \(JournalFixture.sid(number))"
            #expect(try await journal.claim(request).word == want)
        }
    }

    @Test("parts are journaled one by one: a retry goes on where it stopped")
    func parts() async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open()
        let first = try #require(try await journal.claim(fixture.request(index: 0)).claim)
        try await journal.settle(first, .accepted(sid: JournalFixture.sid(1), segments: 1))
        let second = try #require(try await journal.claim(fixture.request(index: 1)).claim)
        try await journal.settle(second, .released)
        #expect(
            try await journal.claim(fixture.request(index: 0)).word
                == "accepted \(JournalFixture.sid(1))")
        #expect(try await journal.claim(fixture.request(index: 1)).word == "send")
    }

    @Test(
        "an opt-out is remembered for later messages of the same sender, until cleared",
        arguments: Kind.allCases)
    func optOut(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        let number = JournalFixture.number.e164
        let claim = try #require(try await journal.claim(fixture.request()).claim)
        let refusal = Refusal(code: 21610, httpStatus: 400, text: "stopped", isOptOut: true)
        try await journal.settle(claim, .refused(refusal))
        #expect(try await journal.isOptedOut(sender: JournalFixture.sender, to: number))
        #expect(try await !journal.isOptedOut(sender: "+18085550000", to: number))
        #expect(try await journal.claim(fixture.request(message: "another")).word == "opted out")
        // The first message keeps its own answer.
        #expect(try await journal.claim(fixture.request()).word == "refused 21610")
        let cleared = try await journal.read { (ledger) throws(JournalError) in
            try ledger.clearOptOuts(sender: nil, number: number)
        }
        #expect(cleared == 1)
        #expect(try await journal.claim(fixture.request(message: "another")).word == "send")
    }

    @Test(
        "with a window the same text is suppressed, and told again after it",
        arguments: Kind.allCases)
    func dedup(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        func request(_ message: String) -> ClaimRequest {
            var request = fixture.request(message: message)
            request.dedupWindow = .seconds(600)
            return request
        }
        let claim = try #require(try await journal.claim(request("1")).claim)
        #expect(try await journal.claim(request("2")).word == "busy same text")
        try await journal.settle(claim, .accepted(sid: JournalFixture.sid(1), segments: 1))
        let want = "suppressed \(JournalFixture.sid(1))"
        #expect(try await journal.claim(request("2")).word == want)
        // Off by default: the same text without a window is sent.
        #expect(try await journal.claim(fixture.request(message: "3")).word == "send")
        fixture.wait(.seconds(601))
        #expect(try await journal.claim(request("4")).word == "send")
        // The MTA's retry of a suppressed one hears the same as at first.
        #expect(try await journal.claim(request("2")).word == want)
    }

    @Test(
        "quotas are taken all or none, once per SMS, and given back when nothing was sent",
        arguments: Kind.allCases)
    func quotas(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        func request(_ message: String, segments: Int) -> ClaimRequest {
            var request = fixture.request(message: message)
            request.charges = [
                QuotaCharge(
                    name: "rate", limit: .bucket(capacity: 10, interval: .seconds(60)), amount: 1),
                QuotaCharge(
                    name: "day", limit: .counter(most: 5, period: "2026-11-21"), amount: segments),
            ]
            return request
        }
        let first = try #require(try await journal.claim(request("1", segments: 3)).claim)
        #expect(try await journal.claim(request("2", segments: 3)).word == "exceeded day")
        try await journal.settle(first, .released)
        let second = try #require(try await journal.claim(request("2", segments: 3)).claim)
        try await journal.settle(second, .uncertain(reason: "no reply"))
        fixture.wait(.seconds(60))
        // The retry of an uncertain one is not charged again.
        let uncertain = try #require(
            try await journal.claim(request("2", segments: 3)).uncertain)
        #expect(try await journal.resolve(uncertain, .absent).word == "send")
        #expect(try await journal.claim(request("3", segments: 3)).word == "exceeded day")
        #expect(try await journal.claim(request("3", segments: 2)).word == "send")
    }

    @Test("old rows go with each settlement, two at a time", arguments: Kind.allCases)
    func prune(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind) { $0.keep = .seconds(3600) }
        for number in 0..<5 {
            let request = fixture.request(message: "\(number)")
            let claim = try #require(try await journal.claim(request).claim)
            try await journal.settle(
                claim, .accepted(sid: JournalFixture.sid(number), segments: 1))
        }
        fixture.wait(.seconds(3601))
        let claim = try #require(try await journal.claim(fixture.request(message: "new")).claim)
        try await journal.settle(claim, .accepted(sid: JournalFixture.sid(99), segments: 1))
        let rest = try await journal.read { (ledger) throws(JournalError) in
            try ledger.prune(atMost: 100)
        }
        #expect(rest == 3)
        #expect(
            try await journal.claim(fixture.request(message: "new")).word
                == "accepted \(JournalFixture.sid(99))")
    }
}
