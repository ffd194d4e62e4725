import Testing

@testable import CoreMail

@Suite struct AddressReaderTests {
    @Test(
        "mailboxes, each as name|address",
        arguments: [
            Case("plain", "a@example.org", ["|a@example.org"]),
            Case("name", "Anna Berg <a@example.org>", ["Anna Berg|a@example.org"]),
            Case("quoted name", "\"Berg, Anna\" <a@example.org>", ["Berg, Anna|a@example.org"]),
            Case("escaped", #""a \"b\"" <a@example.org>"#, [#"a "b"|a@example.org"#]),
            Case("angle only", "<a@example.org>", ["|a@example.org"]),
            Case("null", "<>", []),
            Case("name in a comment", "a@example.org (Anna Berg)", ["Anna Berg|a@example.org"]),
            Case("comment after the angle", "<a@example.org> (Anna)", ["Anna|a@example.org"]),
            Case("no domain", "root (Cron Daemon)", ["Cron Daemon|root"]),
            Case("two", "a@example.org, B <b@example.org>", ["|a@example.org", "B|b@example.org"]),
            Case(
                "semicolons", "a@example.org; b@example.org", ["|a@example.org", "|b@example.org"]),
            Case("dots in a name", "J. R. Doe <a@example.org>", ["J. R. Doe|a@example.org"]),
            Case(
                "group", "Us: a@example.org, b@example.org;", ["|a@example.org", "|b@example.org"]),
            Case("empty group", "undisclosed-recipients:;", []),
            Case("route", "<@x.test,@y.test:a@example.org>", ["|a@example.org"]),
            Case("blanks in an address", "a @ example . org", ["|a@example.org"]),
            Case("comments in an address", "a(x)@(y)example.org(z)", ["z|a@example.org"]),
            Case("quoted local part", "\"a b\"@example.org", ["|\"a b\"@example.org"]),
            Case("needless quotes", "\"a.b\"@example.org", ["|a.b@example.org"]),
            Case(
                "encoded name", "=?utf-8?Q?J=C3=BCrgen?= <j@example.org>", ["Jürgen|j@example.org"]),
            Case(
                "encoded in quotes", "\"=?utf-8?Q?a=2C_b?=\" <j@example.org>",
                ["a, b|j@example.org"]),
            Case("UTF-8 address", "jürgen@größe.example", ["|jürgen@größe.example"]),
            Case("missing >", "A <a@example.org", ["A|a@example.org"]),
            Case("doubled <", "<<a@example.org>>", ["|a@example.org"]),
            Case(
                "no comma", "A <a@example.org> B <b@example.org>",
                ["A|a@example.org", "B|b@example.org"]),
            Case("name without angle", "Anna a@example.org", ["Anna|a@example.org"]),
            Case("only a name", "Anna Berg", ["Anna Berg|"]),
            Case("nothing", " , ;", []),
            Case("a comment that never ends", "a@example.org (x", ["x|a@example.org"]),
            Case("a quote that never ends", "\"a@example.org", ["|\"a@example.org\""]),
            Case("controls", "\"a\u{0}\u{1B}b\" <a@example.org>", ["a  b|a@example.org"]),
        ])
    func read(_ c: Case<String, [String]>) {
        let got = AddressReader.mailboxes(in: Array(c.input.utf8)[...], limit: 100)
        #expect(got.map { "\($0.name)|\($0.address)" } == c.want)
    }

    @Test("depth and number are bounded")
    func bounds() {
        let nested = String(repeating: "(", count: 60_000) + "a@example.org"
        #expect(AddressReader.mailboxes(in: Array(nested.utf8)[...], limit: 10).count <= 1)
        let many = String(repeating: "a@example.org,", count: 5_000)
        #expect(AddressReader.mailboxes(in: Array(many.utf8)[...], limit: 1_000).count == 1_000)
    }
}
