import CorePolicy
import Testing

/// Reading Authentication-Results (RFC 8601), honest and forged.
@Suite struct AuthenticationResultsTests {
    struct Case: Sendable {
        let fields: [String]
        var method = AuthenticationMethod.dmarc
        let want: AuthenticationResults.Verdict
    }

    @Test(
        "the topmost field of our own MTA decides",
        arguments: [
            Case(fields: ["mx.example; dmarc=pass (p=reject) header.from=a.example"], want: .pass),
            Case(fields: ["MX.Example 1; spf=pass; dmarc = pass"], want: .pass),
            Case(
                fields: ["mx.example;\r\n\tdmarc=fail\r\n\tpolicy.x=\"dmarc=pass\""],
                want: .fail("fail")),
            Case(fields: ["mx.example; none"], want: .fail(nil)),
            Case(fields: [], want: .fail(nil)),
            Case(fields: ["other.example; dmarc=pass"], want: .fail(nil)),
            Case(fields: ["mx.example.evil; dmarc=pass"], want: .fail(nil)),
            Case(
                fields: ["mx.example; dmarc=fail", "mx.example; dmarc=pass"], want: .fail("fail")),
            Case(fields: ["mx.example; spf=pass", "mx.example; dmarc=pass"], want: .pass),
            Case(fields: ["mx.example; dmarc=TempError"], want: .temporary),
            Case(fields: ["mx.example; spf=fail (dmarc=pass; dmarc=pass)"], want: .fail(nil)),
            Case(
                fields: ["mx.example; (a (nested; dmarc=pass) comment) dmarc=fail"],
                want: .fail("fail")),
            Case(fields: ["mx.example; spf=fail reason=\"x; dmarc=pass\""], want: .fail(nil)),
            Case(fields: ["mx.example; spf=fail reason=\"\\\"; dmarc=pass\""], want: .fail(nil)),
            Case(fields: ["\"mx.example\"; dmarc=pass"], want: .pass),
            Case(
                fields: ["mx.example; dkim=fail header.d=a; dkim=pass header.d=b"], method: .dkim,
                want: .pass),
            Case(
                fields: ["mx.example; dkim=pass header.d=a; dkim=fail header.d=b"], method: .dkim,
                want: .pass),
            Case(fields: ["mx.example; spf/1=pass smtp.mailfrom=a"], method: .spf, want: .pass),
            Case(fields: ["mx.example; x=spf=pass"], method: .spf, want: .fail(nil)),
            Case(fields: ["mx.example; dmarc=pass-ish"], want: .fail("pass-ish")),
            Case(fields: [";;;===", "((((", "\"", "\\"], want: .fail(nil)),
        ])
    func verdict(_ c: Case) {
        let got = AuthenticationResults(fields: c.fields, authservID: "mx.example")
        #expect(got.verdict(c.method) == c.want)
    }
}
