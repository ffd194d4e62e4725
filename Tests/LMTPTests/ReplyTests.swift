import Testing

@testable import CoreLMTP

@Suite struct ReplyTests {
    struct Case: Sendable {
        var reply: Reply
        var want: String
    }

    @Test(
        "the wire form is one line",
        arguments: [
            Case(reply: Reply(220, nil, "hello"), want: "220 hello\r\n"),
            Case(reply: Reply(250, EnhancedStatus(2, 0, 0), "ok"), want: "250 2.0.0 ok\r\n"),
            Case(
                reply: Reply(550, EnhancedStatus(5, 1, 1), "a\r\nb\t"), want: "550 5.1.1 a  b \r\n"),
            Case(reply: Reply(250, nil, "räksmörgås"), want: "250 r?ksm?rg?s\r\n"),
        ])
    func wireForm(_ c: Case) {
        #expect(String(decoding: c.reply.wireForm, as: UTF8.self) == c.want)
    }

    @Test("a long text is cut, and says so", arguments: 188...260)
    func cut(_ count: Int) {
        for filler in ["x", "å", "語", "😀"] {
            let text = String(repeating: filler, count: count)
            let wire = Reply(451, EnhancedStatus(4, 4, 1), text).wireForm
            #expect(wire.count <= Reply.longest)
            #expect(wire.count > Reply.longest - 4)
            #expect(wire.allSatisfy { $0 < 128 })
            #expect(String(decoding: wire, as: UTF8.self).hasSuffix("...\r\n"))
        }
    }
}
