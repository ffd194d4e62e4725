import Testing

@testable import CoreText

@Suite struct FormatFlowedTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let input: String
        let want: String
        var delsp = false
        let testDescription: String
    }

    @Test(
        "flowed lines are joined as RFC 3676 says",
        arguments: [
            Case(
                input: "One \ntwo\nthree", want: "One two\nthree", testDescription: "soft and hard"),
            Case(
                input: "服务器 \n没有响 \n应。", want: "服务器没有响应。", delsp: true,
                testDescription: "delsp takes the blank away"),
            Case(
                input: ">> a \n> b", want: ">> a \n> b",
                testDescription: "another depth ends the paragraph"),
            Case(
                input: "> this is \n> quoted\nreply \ntext", want: "> this is quoted\nreply text",
                testDescription: "quoted text flows too"),
            Case(
                input: "Text \n-- \nJohn \nDoe", want: "Text \n-- \nJohn Doe",
                testDescription: "a signature separator is never joined"),
            Case(
                input: "> -- \n> x", want: "> -- \n> x",
                testDescription: "a quoted signature separator neither"),
            Case(
                input: " From here\n  >x", want: "From here\n >x",
                testDescription: "space-stuffing is taken off"),
            Case(
                input: "a \n\nb", want: "a \n\nb".replacing(" \n\n", with: " \n"),
                testDescription: "an empty line ends what flows into it"),
            Case(input: "", want: "", testDescription: "nothing"),
            Case(input: "end ", want: "end ", testDescription: "nothing to join with"),
        ])
    func unfold(_ c: Case) {
        #expect(FormatFlowed.unfold(c.input, delsp: c.delsp) == c.want)
    }
}
