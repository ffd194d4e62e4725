import CoreMail
import Testing

@Suite struct OriginTests {
    private func message(_ header: String) -> Message {
        Message(parsing: Array((header + "\n\nbody\n").utf8))
    }

    @Test(
        "the queue id of the topmost Received",
        arguments: [
            Case(
                "Postfix", "from a by b (Postfix) with ESMTP id 4XyZ12AbCd\n\tfor <x>; Tue, 3 Mar",
                "4XyZ12AbCd"),
            Case(
                "Postfix, local", "by b (Postfix, from userid 0)\n\tid 9AAAA; Tue, 3 Mar", "9AAAA"),
            Case(
                "Exim",
                "from a by b with esmtp (Exim 4.96)\n\t(envelope-from <x>) id 1qXyZ-0001Ab-2C\n\tfor y; Tue",
                "1qXyZ-0001Ab-2C"),
            Case("sendmail", "from a by b (8.17/8.17) with ESMTP id 3237EwAB; Tue", "3237EwAB"),
            Case("an id in a comment is none", "from a (id fake) by b; Tue", nil),
            Case("after the date is nothing", "from a by b; Tue id fake", nil),
            Case("no id", "from a by b", nil),
            Case("id at the very end", "from a by b id", nil),
            Case("in angle brackets", "by b id <abc@b>; Tue", "abc@b"),
            Case("no printable word", "by b id \u{1}\u{2}; Tue", nil),
        ])
    func queueID(_ c: Case<String, String?>) {
        let top = message("Received: \(c.input)\nReceived: by other id 12345; Mon")
        #expect(top.queueIDFromReceived == c.want)
    }

    @Test("only what stands above the topmost Received is trusted")
    func trusted() {
        let message = message(
            "X-SMS-Auth: anna\nReceived: by b id 1; x\nx-sms-auth: mallory\nReceived: by c id 2; x")
        #expect(message.trusted("x-sms-AUTH") == "anna")
        #expect(message.trustedAll("x-sms-auth") == ["anna"])
        #expect(message.trustedFields.count == 1)
        #expect(self.message("X-SMS-Auth: mallory\nFrom: a").trusted("X-SMS-Auth") == nil)
        #expect(self.message("Received: by b\nX-SMS-Auth: mallory").trusted("X-SMS-Auth") == nil)
    }

    @Test(
        "a header that was cut is known as such",
        arguments: [
            Case("short", "X: x", true),
            Case("a long field", "X: " + String(repeating: "x", count: 65_536), false),
            Case("many fields", String(repeating: "X:\n", count: 20_000) + "Y: y", false),
            Case(
                "a long header",
                String(repeating: "X: \(String(repeating: "x", count: 900))\n", count: 300)
                    + "Y: y", false),
        ])
    func whole(_ c: Case<String, Bool>) {
        #expect(message(c.input).hasWholeHeader == c.want)
    }

    @Test(
        "who sent it, a person or a program",
        arguments: [
            Case("nothing said", "Subject: x", [false, false]),
            Case("no", "Auto-Submitted: no", [false, false]),
            Case("generated", "Auto-Submitted: auto-generated", [true, false]),
            Case("replied", "Auto-Submitted: Auto-Replied (vacation)", [true, true]),
            Case("old words", "X-Autoreply: yes", [false, true]),
            Case("old words, denied", "X-Autoreply: no", [false, false]),
            Case("precedence", "Precedence: auto_reply", [false, true]),
            Case("a list", "Precedence: list", [false, false]),
        ])
    func automatic(_ c: Case<String, [Bool]>) {
        let message = message(c.input)
        #expect([message.isAutomatic, message.isAutomaticReply] == c.want)
    }

    @Test(
        "delivery reports",
        arguments: [
            Case("declared", "multipart/report; report-type=\"delivery-status\"; boundary=b", true),
            Case(
                "read receipt",
                "multipart/report; report-type=disposition-notification; boundary=b", false),
            Case("undeclared", "multipart/report; boundary=b", true),
            Case("other", "multipart/mixed; boundary=b", false),
        ])
    func report(_ c: Case<String, Bool>) {
        let text =
            "Content-Type: \(c.input)\n\n--b\n\nx\n--b\nContent-Type: message/delivery-status\n\nx\n--b--\n"
        #expect(Message(parsing: Array(text.utf8)).isDeliveryReport == c.want)
    }
}
