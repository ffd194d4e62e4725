import Testing

@testable import CorePolicy

/// What may be decided at RCPT, before the header has told who logged in.
@Suite struct AwaitsMoreTests {
    struct Case: Sendable {
        var rules: [String]
        var sender: Sender
        var want: Bool
    }

    @Test(
        "a decision waits where a login or another sender could change it",
        arguments: [
            Case(rules: [], sender: Sender(reversePath: ""), want: false),
            Case(rules: ["*@a.example"], sender: Sender(reversePath: "x@b.example"), want: false),
            Case(rules: ["*@a.example"], sender: Sender(reversePath: ""), want: true),
            Case(rules: ["sasl:ups"], sender: Sender(reversePath: "x@b.example"), want: true),
            Case(
                rules: ["*@a.example", "sasl:ups ip:10.0.0.0/8"],
                sender: Sender(reversePath: "x@b.example"), want: true),
            Case(
                rules: ["sasl:ups"], sender: Sender(reversePath: "x@b.example", saslUser: "eve"),
                want: false),
        ])
    func waits(_ c: Case) throws {
        var policy = Policy()
        policy.senders = try c.rules.map { SenderRule(match: [try #require(SenderPattern($0))]) }
        #expect(policy.awaitsMore(about: c.sender) == c.want)
    }
}
