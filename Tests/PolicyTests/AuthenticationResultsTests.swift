import CorePolicy
import Testing

/// Reading Authentication-Results (RFC 8601), honest and forged.
@Suite struct AuthenticationResultsTests {
    struct Case: Sendable {
        let fields: [String]
        var method = AuthenticationMethod.dmarc
        var sender = "ups@a.example"
        let want: AuthenticationResults.Verdict
    }

    @Test(
        "the topmost field of our own MTA decides",
        arguments: [
            Case(fields: ["mx.example; dmarc=pass (p=reject) header.from=a.example"], want: .pass),
            Case(
                fields: ["MX.Example 1; spf=pass; dmarc = pass Header.From = A.example"],
                want: .pass),
            Case(
                fields: ["mx.example;\r\n\tdmarc=fail\r\n\tpolicy.x=\"dmarc=pass\""],
                want: .fail("fail")),
            Case(fields: ["mx.example; none"], want: .fail(nil)),
            Case(fields: [], want: .fail(nil)),
            Case(fields: ["other.example; dmarc=pass"], want: .fail(nil)),
            Case(fields: ["mx.example.evil; dmarc=pass"], want: .fail(nil)),
            Case(
                fields: ["mx.example; dmarc=fail", "mx.example; dmarc=pass"], want: .fail("fail")),
            Case(
                fields: ["mx.example; spf=pass", "mx.example; dmarc=pass header.from=a.example"],
                want: .pass),
            Case(fields: ["mx.example; dmarc=TempError"], want: .temporary),
            Case(
                fields: ["mx.example; dkim=tmperror (pubkey unavailable)\t\t header.d=a.example"],
                method: .dkim, want: .temporary),
            Case(fields: ["mx.example; spf=fail (dmarc=pass; dmarc=pass)"], want: .fail(nil)),
            Case(
                fields: ["mx.example; (a (nested; dmarc=pass) comment) dmarc=fail"],
                want: .fail("fail")),
            Case(fields: ["mx.example; spf=fail reason=\"x; dmarc=pass\""], want: .fail(nil)),
            Case(fields: ["mx.example; spf=fail reason=\"\\\"; dmarc=pass\""], want: .fail(nil)),
            Case(fields: ["\"mx.example\"; dmarc=pass header.from=\"a.example\""], want: .pass),
            Case(
                fields: ["mx.example; dkim=fail header.d=a.example; dkim=pass header.d=a.example"],
                method: .dkim,
                want: .pass),
            Case(
                fields: ["mx.example; dkim=pass header.d=a.example; dkim=fail header.d=b"],
                method: .dkim,
                want: .pass),
            Case(
                fields: ["mx.example; spf/1=pass smtp.mailfrom=a.example"], method: .spf,
                want: .pass),
            Case(fields: ["mx.example; x=spf=pass"], method: .spf, want: .fail(nil)),
            Case(fields: ["mx.example; dmarc=pass-ish"], want: .fail("pass-ish")),
            Case(fields: [";;;===", "((((", "\"", "\\"], want: .fail(nil)),
        ])
    func verdict(_ c: Case) { check(c) }

    @Test(
        "a pass counts for its own domain and those below it, and for no other",
        arguments: [
            Case(
                fields: ["mx.example; dmarc=pass header.from=evil.example"],
                want: .passOfOther("evil.example")),
            Case(fields: ["mx.example; dmarc=pass"], want: .passOfOther(nil)),
            Case(fields: ["mx.example; dmarc=pass header.from="], want: .passOfOther(nil)),
            Case(
                fields: ["mx.example; dmarc=pass header.from=a.example"],
                sender: "ups@mail.a.example", want: .pass),
            Case(
                fields: ["mx.example; dmarc=pass header.from=evil.a.example"],
                want: .passOfOther("evil.a.example")),
            Case(
                fields: ["mx.example; dmarc=pass header.from=a.example"],
                sender: "ups@evila.example", want: .passOfOther("a.example")),
            Case(
                fields: ["mx.example; dmarc=pass header.from=a.example"],
                sender: "ups@a.example@evil.example", want: .passInDisguise(.reversePath)),
            Case(
                fields: ["mx.example; dkim=pass header.d=evil.example header.i=@a.example"],
                method: .dkim, want: .passOfOther("evil.example")),
            Case(
                fields: ["mx.example; dkim=pass header.d=b.example; dkim=pass header.d=a.example"],
                method: .dkim, want: .pass),
            Case(
                fields: ["mx.example; spf=pass smtp.helo=a.example"], method: .spf,
                want: .passOfOther(nil)),
            Case(
                fields: ["mx.example; spf=pass (ok) smtp.mailfrom=ups@a.example"], method: .spf,
                want: .pass),
            Case(
                fields: ["mx.example; dmarc=fail reason=\"dmarc=pass header.from=a.example\""],
                want: .fail("fail")),
            Case(
                fields: ["mx.example; dkim=pass header.d=a.example(.evil.example header.s=x)"],
                method: .dkim, want: .passOfOther("a.example(.evil.example")),
            Case(
                fields: ["mx.example; dkim=pass(2048-bit key) header.d=a.example (x)"],
                method: .dkim, want: .pass),
            // Of the null reverse-path nothing can be proven.
            Case(
                fields: ["mx.example; dmarc=pass header.from=b.example"], sender: "", want: .pass),
            Case(
                fields: ["mx.example; dmarc=pass header.from=b.example"], sender: "ups",
                want: .passOfOther("b.example")),
        ])
    func alignment(_ c: Case) { check(c) }

    struct Names: Sendable {
        var signatures: [String] = []
        var author = "Anna (UPS) <ups@a.example>"
        var sender = "ups@a.example"
        var isWhole = true
        let want: AuthenticationResults.Verdict
    }

    private static let signature = "v=1; a=rsa-sha256; c=relaxed/simple; d=a.example; s=now;"

    @Test(
        "a pass is not believed where a stranger's names could have written it",
        arguments: [
            Names(signatures: [signature + " i=@a.example; h=from; bh=YQ==; b=YQ=="], want: .pass),
            Names(
                signatures: ["i=a.very.long+name@a.\r\n example;d = a.example ; b="], want: .pass),
            // The word for it in Exim and OpenDKIM: =3B becomes a semicolon in their field.
            Names(
                signatures: [signature, "d=evil.example; i=x=3Bdkim=3Dpass@evil.example"],
                want: .passInDisguise(.signature)),
            Names(
                signatures: ["v=1;\r\n\ti =x=20y@evil.example"],
                want: .passInDisguise(.signature)),
            Names(
                signatures: ["d=a.example(.evil.example; s=now"],
                want: .passInDisguise(.signature)),
            Names(
                signatures: ["d=a.example x.evil.example"], want: .passInDisguise(.signature)),
            Names(
                signatures: ["d=evil.example; s=now header.d=a.example"],
                want: .passInDisguise(.signature)),
            Names(
                signatures: ["d=evil.example; Ix=x=3By@evil.example"],
                want: .passInDisguise(.signature)),
            Names(signatures: ["d=evil.example;s=\""], want: .passInDisguise(.signature)),
            Names(author: "<x@y; dmarc=pass header.from=a>", want: .passInDisguise(.author)),
            Names(author: "=?utf-8?Q?=3B?= <ups@a.example>", want: .pass),
            Names(
                sender: "\"x@;dmarc=pass header.from=a.example \"@a.example",
                want: .passInDisguise(.reversePath)),
            Names(sender: "x@y@a.example", want: .passInDisguise(.reversePath)),
            Names(sender: "x y@a.example", want: .passInDisguise(.reversePath)),
            Names(sender: "prvs=12=ups+x@a.example", want: .pass),
            Names(isWhole: false, want: .passInDisguise(.length)),
        ])
    func disguise(_ c: Names) {
        let got = AuthenticationResults(
            fields: ["mx.example; dmarc=pass header.from=a.example; spf=fail"],
            disguise: c.isWhole
                ? Disguise(signatures: c.signatures, authors: [c.author]) : .length,
            authservID: "mx.example")
        #expect(got.verdict(.dmarc, of: c.sender) == c.want)
        #expect(got.verdict(.spf, of: c.sender) == .fail("fail"))
    }

    @Test(
        "a field in our own name is known however it is written",
        arguments: [
            ("mx.example; dkim=pass", true), (" MX.Example 1;", true), ("\"mx.example\";x", true),
            ("(a) mx.(b)example;", true), ("mx.exampl\"e\"; x", true), ("x; mx.example", true),
            ("mx.other.example; dkim=pass", false), ("", false), ("mx", false),
        ])
    func ownName(_ field: String, _ want: Bool) {
        #expect(AuthenticationResults.isInTheName(of: "mx.Example", field) == want)
    }

    private func check(_ c: Case) {
        let got = AuthenticationResults(fields: c.fields, authservID: "mx.example")
        #expect(got.verdict(c.method, of: c.sender) == c.want)
    }
}
