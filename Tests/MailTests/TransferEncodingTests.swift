import Testing

@testable import CoreMail

@Suite struct TransferEncodingTests {
    @Test(
        "base64 gives what every reader salvages",
        arguments: [
            Case("whole", "aGVsbG8gYWxhcm0h", "hello alarm!"),
            Case("one pad", "aGVsbG8gYWxhcm0=", "hello alarm"),
            Case("two pads", "aGVsbG8gYWxhcg==", "hello alar"),
            Case("no padding", "aGVsbG8gYWxhcg", "hello alar"),
            Case("padding in the middle", "aGVsbG8=IGFsYXJt", "hello alarm"),
            Case("lines", "aGVs\r\nbG8g\r\nYWxhcm0=\r\n", "hello alarm"),
            Case("strange characters", "aG*Vs bG-8=", "hello"),
            Case("a lone character at the end", "aGVsbG8gYWxhcm0hX", "hello alarm!"),
            Case("only padding", "====", ""),
            Case("nothing", "", ""),
        ])
    func base64(_ c: Case<String, String>) {
        let got = Base64.decode(Array(c.input.utf8)[...])
        #expect(String(decoding: got, as: UTF8.self) == c.want)
    }

    @Test("a limit cuts decoded octets exactly", arguments: 0...13)
    func limit(_ limit: Int) {
        let want = Array("hello alarm!".utf8.prefix(limit))
        #expect(Base64.decode(Array("aGVsbG8g\r\nYWxhcm0h".utf8)[...], limit: limit) == want)
        #expect(QuotedPrintable.decode(Array("hell=6F alar=6d!".utf8)[...], limit: limit) == want)
        #expect(
            Uuencode.decode(
                Array("begin 644 x\n,:&5L;&\\@86QA<FTA\n`\nend\n".utf8)[...], limit: limit)
                == want)
    }

    @Test(
        "quoted-printable",
        arguments: [
            Case("codes", "T=C3=BCr", "Tür"),
            Case("lower case", "T=c3=bcr", "Tür"),
            Case("soft break", "one =\r\ntwo", "one two"),
            Case("soft break with blanks after it", "one=  \t\r\ntwo", "onetwo"),
            Case("soft break at the end", "one=", "one"),
            Case("hard break", "one\r\ntwo\n", "one\r\ntwo\n"),
            Case("no code", "a=ZZ b = c =", "a=ZZ b = c "),
            Case("a code cut off", "a=4", "a=4"),
            Case("blanks at the end of a line stay", "-- \r\nx", "-- \r\nx"),
        ])
    func quotedPrintable(_ c: Case<String, String>) {
        let got = QuotedPrintable.decode(Array(c.input.utf8)[...])
        #expect(String(decoding: got, as: UTF8.self) == c.want)
    }

    @Test(
        "the field's value",
        arguments: [
            Case("plain", "base64", TransferEncoding.base64),
            Case("case and blanks", "  Quoted-Printable \r\n", .quotedPrintable),
            Case("a comment", "(old) 7bit (really)", .identity),
            Case("quotes", "\"8-bit\"", .identity),
            Case("nothing", "", .identity),
            Case("uuencode", "x-uuencode", .uuencode),
            Case("unknown", "x-own;", .unknown("x-own")),
        ])
    func value(_ c: Case<String, TransferEncoding>) {
        #expect(TransferEncoding(reading: Array(c.input.utf8)[...]) == c.want)
    }

    @Test("uuencoded files in text are found, prose is not")
    func uuencoded() {
        let text = """
            begin by reading this
            begin 644 not really
            because prose follows here, and it is far too long a line for its first character

            begin 644 a b.txt
            -2&5L;&\\@=V]R;&0A"@``
            `
            end
            after
            begin 600 cut
            #86)C
            """
        let files = Uuencode.files(in: Array(text.utf8))
        #expect(files.map(\.name) == ["a b.txt", "cut"])
        #expect(files.first?.bytes == Array("Hello world!\n".utf8))
        #expect(files.last?.bytes == Array("abc".utf8))
        #expect(
            String(decoding: Uuencode.naming(filesIn: Array(text.utf8)), as: UTF8.self).hasSuffix(
                "first character\n\n[a b.txt]\nafter\n[cut]\n")
        )
        let plain = Array("begin at once".utf8)
        #expect(Uuencode.naming(filesIn: plain) == plain)
        let first = files.first.map { Array(text.utf8)[$0.range] } ?? []
        #expect(String(decoding: first, as: UTF8.self).hasSuffix("end\n"))
    }
}
