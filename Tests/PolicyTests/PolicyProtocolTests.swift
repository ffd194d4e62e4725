import CorePolicy
import Testing

/// The policy delegation protocol, as a service and as a client.
@Suite struct PolicyProtocolTests {
    /// The example of SMTPD_POLICY_README, abridged, with values of our own.
    private static let example = """
        request=smtpd_access_policy
        protocol_state=RCPT
        protocol_name=ESMTP
        helo_name=ups.example
        queue_id=8045F2AB23
        sender=ups@m.example
        recipient=14155551212@sms.example
        recipient_count=0
        client_address=10.0.0.7
        client_name=ups.m.example
        instance=123.456.7
        sasl_method=plain
        sasl_username=ups1
        sasl_sender=
        size=12345


        """

    @Test("a request is read whole, in pieces of any size", arguments: [1, 2, 7, 64, 10_000])
    func pieces(_ size: Int) throws {
        var reader = PolicyRequestReader()
        let bytes = Array((Self.example + Self.example).utf8)
        var got: [PolicyRequest] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            got += try reader.receive(bytes[start..<min(start + size, bytes.count)])
        }
        #expect(got.count == 2)
        #expect(reader.isBetweenRequests)
        for request in got {
            #expect(request.isAtRecipient)
            #expect(request.recipient == "14155551212@sms.example")
            #expect(request.size == 12345)
            #expect(request["sasl_sender"] == nil)
            #expect(
                request.sender
                    == Sender(
                        reversePath: "ups@m.example", saslUser: "ups1", clientAddress: "10.0.0.7"))
        }
    }

    @Test("a value may contain an equals sign, a name may not be empty")
    func equals() throws {
        var reader = PolicyRequestReader()
        #expect(try reader.receive(Array("a=b=c\r\n\r\n".utf8)).first?["a"] == "b=c")
        for line in ["no equals sign\n", "=x\n"] {
            var other = PolicyRequestReader()
            #expect(throws: PolicyRequestReader.Malformed.self) {
                try other.receive(Array(line.utf8))
            }
        }
    }

    @Test("the null sender and a missing size are what they are")
    func null() throws {
        var reader = PolicyRequestReader()
        let text = "protocol_state=RCPT\nsender=\nrecipient=1@sms.example\nsize=0\n\n"
        let got = try #require(try reader.receive(Array(text.utf8)).first)
        #expect(got.sender == Sender(reversePath: ""))
        #expect(got.size == nil)
        #expect(got.isAtRecipient)
    }

    @Test(
        "other stages are not ours",
        arguments: ["CONNECT", "MAIL", "DATA", "END-OF-MESSAGE", "VRFY"])
    func stages(_ stage: String) {
        var request = PolicyRequest()
        request["protocol_state"] = stage
        request["recipient"] = "1@sms.example"
        #expect(!request.isAtRecipient)
    }

    @Test("endless input is refused before it takes memory")
    func endless() {
        for unit in ["x", "a=b\n"] {
            var reader = PolicyRequestReader()
            let piece = Array(String(repeating: unit, count: 4096).utf8)
            #expect(throws: PolicyRequestReader.Malformed.self) {
                for _ in 0..<100 { _ = try reader.receive(piece) }
            }
        }
    }

    @Test("an answer is one line, whatever its text holds")
    func answers() {
        #expect(PolicyAnswer.dunno.wireForm == Array("action=DUNNO\n\n".utf8))
        let reply = PolicyAnswer.reply(code: 550, text: "5.7.1 no\r\n\naction=OK")
        #expect(reply.wireForm == Array("action=550 5.7.1 no   action=OK\n\n".utf8))
    }

    @Test("a request written is the request read, but for escaped line ends")
    func roundTrip() throws {
        var request = PolicyRequest()
        request["request"] = "smtpd_access_policy"
        request["sms_text"] = "two\nlines \\ and =\u{0}"
        request["sms_segments"] = "3"
        let wire = request.wireForm
        #expect(wire.starts(with: Array("request=smtpd_access_policy\n".utf8)))
        var reader = PolicyRequestReader()
        let got = try #require(try reader.receive(wire).first)
        #expect(reader.isBetweenRequests)
        #expect(got["sms_text"] == "two\\nlines \\\\ and =")
        #expect(got["sms_segments"] == "3")
    }

    @Test(
        "what an operator's service may say",
        arguments: [
            ("DUNNO", PolicyAdvice.allow), ("OK", .allow), ("permit", .allow),
            ("REJECT", .reject("")), ("reject not today", .reject("not today")),
            ("550 5.7.1 not today", .reject("5.7.1 not today")), ("DEFER later", .wait("later")),
            ("DEFER_IF_PERMIT later", .wait("later")), ("450 4.7.1 later", .wait("4.7.1 later")),
            ("DISCARD noise", .discard("noise")), ("250 ok", .unclear("unknown action 250 ok")),
            ("PREPEND X: y", .unclear("unknown action PREPEND X: y")),
            ("", .unclear("no action= in the answer")), ("600 x", .unclear("unknown action 600 x")),
        ])
    func advice(_ action: String, _ want: PolicyAdvice) throws {
        var reader = PolicyRequestReader()
        let text = "action=\(action)\n\n"
        let answer = try #require(try reader.receive(Array(text.utf8)).first)
        #expect(PolicyAdvice(reading: answer) == want)
    }
}
