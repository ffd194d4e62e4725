import CoreAddress
import CoreJournal
import CorePolicy
import CoreSystem
import Testing

/// Who may send what, by table: one rule at a time, then together.
@Suite struct DecisionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let what: String
        var rules: [SenderRule] = []
        var limits: [Limit] = []
        var countries: [String]?
        var refusedKinds: Set<RefusableKind> = RefusableKind.standard
        var hours: [String] = []
        var sender = Sender(
            reversePath: "ups@m.example", saslUser: "ups1", clientAddress: "10.0.0.7")
        var authentication: AuthenticationResults?
        var name = "14155551212"
        var number = "+14155551212"
        var isUrgent = false
        var segments = 1
        /// Nil: allowed.
        let want: PolicyRefusal.Kind?
        var testDescription: String { what }

        func verdict() throws -> Policy.Verdict {
            var policy = Policy()
            policy.senders = rules
            policy.limits = limits
            policy.countries = countries
            policy.refusedKinds = refusedKinds
            policy.hours = try hours.map { try #require(TimeWindow($0)) }
            var question = Policy.Question(
                sender: sender, recipientName: name,
                number: try #require(PhoneNumber(e164: number)), time: DecisionTests.mondayNoon)
            question.authentication = authentication
            question.isUrgent = isUrgent
            question.segments = segments
            return policy.decide(question)
        }
    }

    private static let mondayNoon = LocalTime(weekday: 1, minute: 720, day: "2026-11-23")

    private static func rule(
        _ match: String..., to: [String]? = nil, countries: [String]? = nil,
        kinds: Set<RefusableKind>? = nil, hours: [String] = [],
        require: AuthenticationMethod? = nil, budget: Budget = Budget()
    ) -> SenderRule {
        SenderRule(
            match: match.compactMap(SenderPattern.init),
            to: to?.compactMap(RecipientPattern.init), countries: countries, refusedKinds: kinds,
            hours: hours.compactMap(TimeWindow.init), requirement: require, budget: budget)
    }

    private static func results(_ text: String) -> AuthenticationResults {
        AuthenticationResults(fields: ["mx.example; \(text)"], authservID: "mx.example")
    }

    private static let senderCases: [Case] = [
        Case(what: "no rules: everyone", want: nil),
        Case(what: "a rule that matches", rules: [rule("*@m.example")], want: nil),
        Case(what: "none that matches", rules: [rule("*@n.example")], want: .senderNotAllowed),
        Case(
            what: "a forged sender from outside the network",
            rules: [rule("*@m.example ip:192.168.0.0/16")], want: .senderNotAllowed),
        Case(
            what: "the first rule that matches decides",
            rules: [rule("sasl:ups1", to: ["+46*"]), rule("*")], want: .recipientNotAllowed),
        Case(what: "either line of match", rules: [rule("sasl:x", "*@m.example")], want: nil),
        Case(what: "to: a number glob", rules: [rule("*", to: ["+1415*"])], want: nil),
        Case(
            what: "to: an alias by its name", rules: [rule("*", to: ["oncall"])],
            name: "OnCall",
            want: nil),
        Case(
            what: "to: the number behind an alias, alias not listed",
            rules: [rule("*", to: ["other"])], name: "oncall", want: .recipientNotAllowed),
        Case(
            what: "to: an empty list allows nobody", rules: [rule("*", to: [])],
            want: .recipientNotAllowed),
    ]

    private static let numberCases: [Case] = [
        Case(what: "countries of all", countries: ["+46"], want: .countryNotServed),
        Case(
            what: "countries of a rule instead of those of all",
            rules: [rule("*", countries: ["+1"])], countries: ["+46"], want: nil),
        Case(
            what: "countries down to an area", countries: ["+1808"], want: .countryNotServed),
        Case(what: "premium by default", number: "+19002345678", want: .kindNotServed),
        Case(
            what: "shared cost by default", number: "+448432345678", want: .kindNotServed),
        Case(
            what: "premium where a rule lets it", rules: [rule("*", kinds: [])],
            number: "+19002345678", want: nil),
        Case(
            what: "a fixed line, where only mobiles are wanted", refusedKinds: [.fixed],
            number: "+442079460018", want: .kindNotServed),
        Case(
            what: "fixed or mobile is not refused as fixed", refusedKinds: [.fixed], want: nil),
        Case(
            what: "fixed or mobile is refused as both", refusedKinds: [.fixed, .mobile],
            want: .kindNotServed),
        Case(what: "inside the hours", hours: ["Mon-Fri 08:00-18:00"], want: nil),
        Case(what: "outside", hours: ["Sat,Sun", "Mon 08:00-12:00"], want: .quietHours),
        Case(what: "outside, urgent", hours: ["Sun"], isUrgent: true, want: nil),
        Case(
            what: "hours of a rule instead of those of all", rules: [rule("*", hours: ["Mon"])],
            hours: ["Sun"], want: nil),
    ]

    private static let messageCases: [Case] = [
        Case(
            what: "dmarc passes", rules: [rule("*", require: .dmarc)],
            authentication: results("dmarc=pass header.from=m.example"), want: nil),
        Case(
            what: "dmarc passes for another domain", rules: [rule("*", require: .dmarc)],
            authentication: results("dmarc=pass header.from=evil.example"),
            want: .notAuthenticated),
        Case(
            what: "dmarc fails", rules: [rule("*", require: .dmarc)],
            authentication: results("dmarc=fail"), want: .notAuthenticated),
        Case(
            what: "dmarc is not spoken of", rules: [rule("*", require: .dmarc)],
            authentication: results("spf=pass"), want: .notAuthenticated),
        Case(
            what: "dmarc could not be checked", rules: [rule("*", require: .dmarc)],
            authentication: results("dmarc=temperror"), want: .authenticationUnknown),
        Case(
            what: "the header is not read yet", rules: [rule("*", require: .dmarc)], want: nil),
        Case(
            what: "more segments than the day has",
            rules: [rule("*", budget: Budget(dailySegments: 5))], segments: 6,
            want: .capExceeded),
        Case(
            what: "as many as the day has",
            rules: [rule("*", budget: Budget(dailySegments: 5))], segments: 5, want: nil),
    ]

    @Test("each rule", arguments: senderCases + numberCases + messageCases)
    func decision(_ c: Case) throws {
        switch try c.verdict() {
        case .allow: #expect(c.want == nil)
        case .refuse(let refusal): #expect(refusal.kind == c.want, "\(refusal)")
        }
    }

    @Test("a library that is missing makes the mail wait, where a rule needs it")
    func kindUnknown() throws {
        func decide(_ text: String) throws -> Policy.Verdict {
            let number = try #require(PhoneNumber(e164: text))
            let question = Policy.Question(
                sender: Sender(reversePath: ""), recipientName: "", number: number,
                time: Self.mondayNoon)
            return Policy().decide(question) { (_) throws(NumberError) in
                throw .libraryMissing("gone")
            }
        }
        guard case .allow = try decide("+14155551212") else {
            Issue.record("an everyday number needs no library")
            return
        }
        guard case .refuse(let refusal) = try decide("+19002345678") else {
            Issue.record("a costly prefix needs the library")
            return
        }
        #expect(refusal.kind == .system)
    }

    @Test("what the journal has to take: one charge for each limit, named for whose it is")
    func charges() throws {
        let rate = try #require(Rate("10/min"))
        let c = Case(
            what: "",
            rules: [
                Self.rule("*@m.example", budget: Budget(rate: rate, dailySegments: 500))
            ],
            limits: [
                Limit(scope: .recipient, budget: Budget(monthlySegments: 100)),
                Limit(scope: .sender, budget: Budget(dailySegments: 50)),
                Limit(scope: .country, countries: ["+1"], budget: Budget(dailySegments: 60)),
                Limit(scope: .country, countries: ["+46"], budget: Budget(dailySegments: 9)),
                Limit(scope: .installation, budget: Budget(monthlySegments: 9000)),
            ], segments: 3, want: nil)
        guard case .allow(let allowance) = try c.verdict() else {
            Issue.record("refused")
            return
        }
        #expect(
            allowance.charges == [
                QuotaCharge(
                    name: "rule:*@m.example:rate 10/60s",
                    limit: .bucket(capacity: 10, interval: .seconds(60)), amount: 3),
                QuotaCharge(
                    name: "rule:*@m.example:day",
                    limit: .counter(most: 500, period: "2026-11-23"), amount: 3),
                QuotaCharge(
                    name: "recipient:+14155551212:month",
                    limit: .counter(most: 100, period: "2026-11"), amount: 3),
                QuotaCharge(
                    name: "sender:sasl:ups1:day",
                    limit: .counter(most: 50, period: "2026-11-23"), amount: 3),
                QuotaCharge(
                    name: "country[+1]:+1:day",
                    limit: .counter(most: 60, period: "2026-11-23"), amount: 3),
                QuotaCharge(
                    name: "installation:month",
                    limit: .counter(most: 9000, period: "2026-11"), amount: 3),
            ])
    }

    @Test("a reverse-path counts for itself where nobody logged in, in any case of letters")
    func identity() throws {
        let c = Case(
            what: "", limits: [Limit(scope: .sender, budget: Budget(dailySegments: 50))],
            sender: Sender(reversePath: "UPS@m.example"), want: nil)
        guard case .allow(let allowance) = try c.verdict() else {
            Issue.record("refused")
            return
        }
        #expect(allowance.charges.map(\.name) == ["sender:<ups@m.example>:day"])
    }

    @Test("the reply is one short line without the number or what an outsider wrote")
    func shortTexts() throws {
        let long = String(repeating: "x", count: 200)
        let cases = [
            Case(
                what: "", rules: [Self.rule("sasl:z")],
                sender: Sender(reversePath: "\(long)@evil.example"), want: .senderNotAllowed),
            Case(
                what: "", rules: [Self.rule("*", require: .dmarc)],
                authentication: Self.results("dmarc=\(long)"), want: .notAuthenticated),
            Case(what: "", countries: ["+46"], want: .countryNotServed),
        ]
        for c in cases {
            guard case .refuse(let refusal) = try c.verdict() else {
                Issue.record("allowed")
                return
            }
            #expect(refusal.kind == c.want)
            #expect(refusal.text.utf8.count < 120)
            #expect(!refusal.text.contains("evil") && !refusal.text.contains("5551212"))
        }
    }
}
