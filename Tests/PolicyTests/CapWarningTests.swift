import CoreAddress
import CoreJournal
import CorePolicy
import Testing

/// When the operator is warned of a cap.
@Suite struct CapWarningTests {
    private func allowance() throws -> Allowance {
        var policy = Policy()
        policy.limits = [
            Limit(
                scope: .recipient,
                budget: Budget(rate: Rate("10/min"), dailySegments: 10, monthlySegments: 100))
        ]
        let question = Policy.Question(
            sender: Sender(reversePath: "a@b.example"), recipientName: "",
            number: try #require(PhoneNumber(e164: "+14155551212")),
            time: LocalTime(weekday: 1, minute: 0, day: "2026-11-23"))
        guard case .allow(let allowance) = policy.decide(question) else { throw Unexpected() }
        return allowance
    }

    private struct Unexpected: Error {}

    @Test(
        "at its share and above, for each cap by itself; a rate is no cap",
        arguments: [([7, 79], 0), ([8, 79], 1), ([10, 80], 2), ([0, 100], 1), ([0, 0], 0)])
    func share(_ used: [Int], _ want: Int) throws {
        #expect(try allowance().caps.count == 2)
        #expect(try allowance().warnings(used: used, percent: 80).count == want)
    }

    @Test("the marker is taken once in the cap's own period")
    func marker() throws {
        let warning = try #require(try allowance().warnings(used: [9, 0], percent: 80).first)
        #expect(
            warning.text
                == "9 of the daily limit of 10 segments for this recipient are used:"
                + " recipient:+14155551212:day")
        #expect(
            warning.marker
                == QuotaCharge(
                    name: "warned:recipient:+14155551212:day",
                    limit: .counter(most: 1, period: "2026-11-23"), amount: 1))
    }
}
