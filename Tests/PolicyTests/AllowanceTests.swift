import CoreAddress
import CoreJournal
import CorePolicy
import CoreSystem
import Testing

/// What the sender hears when the journal finds too little left.
@Suite struct AllowanceTests {
    private func allowance(_ budget: Budget) throws -> Allowance {
        var policy = Policy()
        policy.senders = [
            SenderRule(match: [try #require(SenderPattern("*"))], budget: budget)
        ]
        let question = Policy.Question(
            sender: Sender(reversePath: "a@b.example"), recipientName: "",
            number: try #require(PhoneNumber(e164: "+14155551212")),
            time: LocalTime(weekday: 1, minute: 0, day: "2026-11-23"))
        guard case .allow(let allowance) = policy.decide(question) else {
            throw Unexpected()
        }
        return allowance
    }

    private struct Unexpected: Error {}

    @Test(
        "over a rate the mail waits, and the reply says how long about",
        arguments: [
            (Duration.seconds(45), "45 s"), (.milliseconds(44_001), "45 s"),
            (.seconds(60), "1 min"),
            (.seconds(601), "11 min"), (.seconds(10_000), "3 h"),
        ])
    func rate(_ wait: Duration, _ want: String) throws {
        let allowance = try allowance(Budget(rate: Rate("10/min")))
        let got = allowance.refusal(
            for: try #require(allowance.charges.first).name, retryAfter: wait)
        #expect(got.kind == .overRate)
        #expect(
            got.text
                == "over the rate of 10 segments in 1 min for this sender; the mail waits about \(want)"
        )
    }

    @Test(
        "over a cap it waits or bounces, as the operator says",
        arguments: [
            (Budget.OverCap.defer, PolicyRefusal.Kind.capReached), (.reject, .capExceeded),
        ])
    func cap(_ overCap: Budget.OverCap, _ want: PolicyRefusal.Kind) throws {
        let allowance = try allowance(Budget(dailySegments: 500, overCap: overCap))
        let got = allowance.refusal(
            for: try #require(allowance.charges.first).name, retryAfter: nil)
        #expect(got.kind == want)
        #expect(got.text.hasPrefix("daily limit of 500 segments for this sender is used up"))
    }

    private func stormy(isUrgent: Bool = false, segments: Int = 1) throws -> Allowance {
        var policy = Policy()
        policy.storm = Rate("5/10min")
        policy.limits = [Limit(scope: .recipient, budget: Budget(dailySegments: 10))]
        var question = Policy.Question(
            sender: Sender(reversePath: "a@b.example"), recipientName: "",
            number: try #require(PhoneNumber(e164: "+14155551212")),
            time: LocalTime(weekday: 1, minute: 0, day: "2026-11-23"))
        question.isUrgent = isUrgent
        question.segments = segments
        guard case .allow(let allowance) = policy.decide(question) else { throw Unexpected() }
        return allowance
    }

    @Test("an alert takes one from its recipient's bucket, however long it is")
    func storm() throws {
        let bucket = try #require(try stormy(segments: 7).storm)
        #expect(bucket.amount == 1)
        #expect(bucket.limit == .bucket(capacity: 5, interval: .seconds(600)))
        #expect(bucket.name.contains("+14155551212"))
        // It decides more than deferring, so it is not a charge like the others.
        #expect(try stormy().charges.map(\.name) == ["recipient:+14155551212:day"])
        #expect(
            try stormy().refusal(for: bucket.name, retryAfter: .seconds(120)).text
                == "over 5 alerts in 10 min to this recipient; the mail waits about 2 min and tells"
                + " of those after it")
    }

    @Test("what is urgent is not folded")
    func urgent() throws { #expect(try stormy(isUrgent: true).storm == nil) }

    @Test("a longer text is weighed anew, unless it alone is more than a cap")
    func weighing() throws {
        let allowance = try stormy(segments: 3)
        #expect(allowance.weighing(10)?.charges.map(\.amount) == [10])
        #expect(allowance.weighing(10)?.storm == allowance.storm)
        #expect(allowance.weighing(11) == nil)
    }

    @Test("the host's clock names day and month")
    func localTime() {
        // Noon in Greenwich is the same day in every time zone but the outermost.
        let time = LocalTime(WallTime(milliseconds: 1_795_176_000_000))
        #expect(["2026-11-20", "2026-11-21"].contains(time.day))
        #expect(time.month == "2026-11")
        #expect((0..<1440).contains(time.minute))
        #expect(time.weekday == (time.day == "2026-11-20" ? 5 : 6))
    }
}
