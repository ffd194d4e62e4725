import Testing

@testable import CoreMail

@Suite struct ParametersTests {
    private func read(_ text: String) -> Parameters {
        Parameters(reading: Array(text.utf8)[...], limits: .standard)
    }

    @Test(
        "name=value, as RFC 2045 has it and as it is sent",
        arguments: [
            Case("token", "; name=a.txt", "a.txt"),
            Case("quoted", "; name=\"a b;c.txt\"", "a b;c.txt"),
            Case("escapes", #"; name="a\"b\\c""#, #"a"b\c"#),
            Case("blanks around =", "; name = \"a.txt\"", "a.txt"),
            Case("folds", ";\r\n\tname=\r\n \"a\r\n b.txt\"", "a b.txt"),
            Case("comments", "; (one) name (two) = (three) a.txt (four)", "a.txt"),
            Case("no quotes, blanks", "; name=fax page 1.tif", "fax page 1.tif"),
            Case("no quotes, parentheses", "; name=log(1).txt", "log(1).txt"),
            Case("no quotes, a comment with a semicolon", "; name=a (x; y) b", "a (x; y) b"),
            Case("no quotes, a comment at the end", "; name=a b (c); other=1", "a b"),
            Case("no semicolon", " other=1 name=a.txt more=2", "a.txt"),
            Case("semicolon missing after quotes", "; other=\"1\" name=\"a.txt\"", "a.txt"),
            Case("doubled semicolons", ";; ;name=a.txt;;", "a.txt"),
            Case("junk without =", "; junk; name=a.txt", "a.txt"),
            Case("a quote that never ends", "; name=\"a.txt", "a.txt"),
            Case("the first of two", "; name=a.txt; name=b.txt", "a.txt"),
            Case("upper case", "; NAME=a.txt", "a.txt"),
            Case("encoded word", "; name=\"=?utf-8?Q?M=C3=A4rz?=\"", "März"),
            Case("raw UTF-8", "; name=März", "März"),
            Case("controls become blanks", "; name=\"a\u{1}b\"", "a b"),
            Case("extended", "; name*=utf-8'de'M%C3%A4rz", "März"),
            Case("extended in another charset", "; name*=iso-8859-2''%B1", "ą"),
            Case("extended without charset", "; name*=M%C3%A4rz", "März"),
            Case("extended beats plain", "; name=Marz; name*=utf-8''M%C3%A4rz", "März"),
            Case("pieces out of order", "; name*1=b.pdf; name*0=a", "ab.pdf"),
            Case(
                "a character split between pieces", "; name*0*=utf-8''M%C3; name*1*=%A4rz", "März"),
            Case("pieces of both kinds", "; name*0*=utf-8''M%C3%A4; name*1=\"%rz\"", "Mä%rz"),
            Case("two of one number", "; name*0=a; name*0=x; name*1=b", "ab"),
            Case("a percent sign that is no code", "; name*=utf-8''5%zz%", "5%zz%"),
        ])
    func name(_ c: Case<String, String>) { #expect(read(c.input)["name"] == c.want) }

    @Test(
        "what is not there is nil", arguments: ["", ";", "; name", "; name;", "=x", "; =x; \"y\""])
    func absent(_ input: String) { #expect(read(input)["name"] == nil) }

    @Test("a number beyond Int is no continuation")
    func hugeNumber() {
        #expect(read("; name*99999999999999999999=x; name=y")["name"] == "y")
    }

    @Test(
        "media types",
        arguments: [
            Case("plain", "text/plain; charset=utf-8", "text/plain"),
            Case("case", "Text/HTML", "text/html"),
            Case("blanks around the slash", "text / plain ; charset=utf-8", "text/plain"),
            Case("comment", "text/plain (comment); charset=utf-8", "text/plain"),
            Case("no semicolon", "text/plain charset=utf-8", "text/plain"),
            Case("junk behind", "text/plain>", "text/plain"),
            Case("quotes", "\"text/html\"", "text/html"),
            Case("no subtype", "text", nil),
            Case("empty subtype", "text/", nil),
            Case("mark behind the slash", "text/\u{301}plain", nil),
            Case("mark behind the subtype", "text/plain\u{301}", "text/plain"),
            Case("mark in front of the slash", "te\u{301}xt/plain", nil),
            Case("two slashes", "text/plain/x", nil),
            Case("nothing", " ", nil),
        ])
    func mediaType(_ c: Case<String, String?>) {
        #expect(MediaType(reading: Array(c.input.utf8)[...], limits: .standard)?.essence == c.want)
    }

    @Test("no more parameters than the limit are kept")
    func limit() {
        let many = (0..<3_000).map { "; p\($0)=x" }.joined()
        #expect(read(many).names.count == Limits.standard.parameterCount)
        let pieces = (0..<3_000).map { "; name*\($0)=x" }.joined()
        #expect(read(pieces)["name"]?.count == Limits.standard.parameterCount)
    }
}
