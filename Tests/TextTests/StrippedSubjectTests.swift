import CoreText
import Testing

@Suite struct StrippedSubjectTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let subject: String?
        let want: String?
        let prefix: String

        init(_ description: String, _ subject: String?, _ want: String?, prefix: String = "") {
            (testDescription, self.subject) = (description, subject)
            (self.want, self.prefix) = (want, prefix)
        }
    }

    /// As in smsmda.toml(5), and one without a letter of ASCII.
    private static let expressions = [
        "(re|aw|fwd?) ?:", "\\[(external|ops)\\]", "回复(:|：)", "x*",
    ]

    @Test(
        "what the expressions match at the beginning goes, again and again, and nothing else",
        arguments: [
            Case("nothing to take", "Disk full", "Disk full"),
            Case("one", "Re: Disk full", "Disk full", prefix: "Re: "),
            Case(
                "several, in any order and case", " RE:AW : [External]  fw: Disk full", "Disk full",
                prefix: " RE:AW : [External]  fw: "),
            Case("only at the beginning", "Disk full (re: db1)", "Disk full (re: db1)"),
            Case("an answer's own prefix behind another's", "Re: Tr: x", "Tr: x", prefix: "Re: "),
            Case("facts in brackets", "[FIRING:1] Disk full", "[FIRING:1] Disk full"),
            Case("other letters than ASCII's", "回复：磁盘已满", "磁盘已满", prefix: "回复："),
            Case("an emptied subject stays whole", "Re: [EXTERNAL] ", "Re: [EXTERNAL] "),
            Case("a match of nothing ends", "yRe: x", "yRe: x"),
            Case("an empty subject", "", ""),
            Case("no subject", nil, nil),
        ])
    func stripping(_ c: Case) {
        let got = StrippedSubject(c.subject, without: Self.expressions)
        #expect(got.text == c.want)
        #expect(got.prefix == c.prefix)
    }

    @Test("without expressions the subject stays as it is")
    func untouched() {
        #expect(StrippedSubject(" Re: x ").text == " Re: x ")
        #expect(StrippedSubject(nil).text == nil)
    }

    @Test("an expression that cuts a character in two is passed over")
    func halfCharacter() {
        #expect(StrippedSubject("éa", without: ["."]).text == "éa")
        #expect(StrippedSubject("éa", without: ["."]).prefix == "")
    }

    @Test("a subject of nothing but prefixes takes bounded time, and is sent")
    func manyPrefixes() {
        let long = String(repeating: "Re:", count: 100_000)
        let got = StrippedSubject(long, without: Self.expressions)
        #expect(got.prefix == String(repeating: "Re:", count: 20))
        let bracket = "[" + String(repeating: "x", count: 100_000) + "] Disk"
        #expect(StrippedSubject(bracket, without: ["\\[[^]]*\\]"]).text == bracket)
    }
}
