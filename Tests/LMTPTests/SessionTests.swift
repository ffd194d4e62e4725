import Testing

@testable import CoreLMTP

@Suite struct SessionTests {
    /// A session that has got as far as the first bytes of DATA.
    static func inData(_ limits: Session.Limits = .init()) -> Player {
        let player = Player(limits: limits)
        player.send("LHLO mx\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<+15550100@s>\r\nDATA\r\n".utf8)
        _ = player.heard()
        return player
    }

    @Test("a transaction carries what the client said")
    func transaction() throws {
        let player = Player()
        player.send(
            """
            LHLO mx\r
            XFORWARD NAME=h.example ADDR=IPv6:2001:db8::1\r
            XFORWARD IDENT=4fQx HELO=a+20b PORT=[UNAVAILABLE]\r
            MAIL FROM:<"a b"@x.example> SMTPUTF8\r
            RCPT TO:<@r.example:+15550100@s.example>\r
            RCPT TO:<"+15550101"@s.example>\r
            DATA\r
            Subject: x\r
            \r
            ..dot\r
            .\r\n
            """.utf8)
        let got = try #require(player.delivered.first)
        #expect(got.reversePath == "\"a b\"@x.example")
        #expect(got.recipients == ["+15550100@s.example", "\"+15550101\"@s.example"])
        #expect(got.isSMTPUTF8)
        #expect(got.forwarded.clientName == "h.example")
        #expect(got.forwarded.clientAddress == "IPv6:2001:db8::1")
        #expect(got.forwarded.queueID == "4fQx")
        #expect(got.forwarded.helo == "a b")
        #expect(got.forwarded.clientPort == nil)
        #expect(got.message == Array("Subject: x\r\n\r\n.dot\r\n".utf8))
    }

    @Test("XFORWARD holds for one transaction", arguments: ["RSET", "LHLO mx"])
    func forwardedEnds(_ command: String) throws {
        let player = Player()
        player.send("LHLO mx\r\nXFORWARD IDENT=one\r\n\(command)\r\n".utf8)
        let rest = "MAIL FROM:<>\r\nRCPT TO:<+1@s>\r\nDATA\r\n.\r\n"
        player.send("\(rest)XFORWARD IDENT=two\r\n\(rest)\(rest)".utf8)
        #expect(player.delivered.map(\.forwarded.queueID) == [nil, "two", nil])
    }

    @Test("a client we do not trust is not offered XFORWARD and cannot use it")
    func untrusted() {
        let player = Player(peer: .init(isTrusted: false))
        player.send("LHLO mx\r\nXFORWARD IDENT=one\r\n".utf8)
        let heard = player.heard()
        #expect(!heard.contains { $0.contains("250 XFORWARD") })
        #expect(heard.last?.hasPrefix("550 5.7.1 ") == true)
    }

    @Test("no mail before TLS where it is required, and nothing said before it counts")
    func tls() {
        let player = Player(peer: .init(isTrusted: false, offersTLS: true, requiresTLS: true))
        player.send("LHLO mx\r\n".utf8)
        #expect(player.heard().contains("250 STARTTLS"))
        player.send("MAIL FROM:<>\r\n".utf8)
        #expect(player.heard().last == "530 5.7.0 say STARTTLS first")
        player.send("STARTTLS\r\nRSET\r\n".utf8)
        #expect(player.heard().first?.hasPrefix("501 5.5.4") == true)
        player.send("STARTTLS\r\n".utf8)
        #expect(player.heard() == ["220 2.0.0 go ahead"])
        player.send("MAIL FROM:<>\r\n".utf8)
        #expect(player.heard().last == "503 5.5.1 say LHLO first")
        player.send("LHLO mx\r\n".utf8)
        #expect(!player.heard().contains { $0.contains("STARTTLS") })
        player.send("STARTTLS\r\n".utf8)
        #expect(player.heard().last?.hasPrefix("503 5.5.1") == true)
        player.send("MAIL FROM:<>\r\n".utf8)
        #expect(player.heard().last == "250 2.1.0 sender ok")
    }

    @Test(
        "the answer to LHLO fits Exim's buffer whatever our name is",
        arguments: ["a", "mail.example", String(repeating: "x", count: 300), "", "."]
            + ["mx17.a-rather-long-subdomain.of-some-company.example"])
    func lhloFits(_ host: String) {
        var session = Session(
            host: host, limits: .init(messageSize: .max), peer: .init(offersTLS: true))
        session.receive("LHLO mx\r\n".utf8)
        guard case .reply(let reply) = session.next() else {
            Issue.record("no reply")
            return
        }
        #expect(reply.wireForm.count <= Reply.longest)
        #expect(reply.lines.count == 8)
    }

    @Test("what a session holds is bounded while a client sends without end")
    func bounded() {
        let player = Self.inData(.init(messageSize: 1000))
        let block = [UInt8](repeating: 120, count: 100_000)
        for _ in 0..<100 { player.send(block) }
        player.send("\r\n.\r\n".utf8)
        #expect(player.heard().first?.hasPrefix("552 5.3.4 ") == true)
        for _ in 0..<100 { player.send(block) }
        player.send("\r\nNOOP\r\n".utf8)
        #expect(player.heard() == ["500 5.5.2 line longer than 2048 octets", "250 2.0.0 ok"])
    }

    @Test("between transactions closing loses nothing, inside one it does")
    func betweenTransactions() {
        let player = Player()
        #expect(player.isBetweenTransactions)
        player.send("LHLO mx\r\n".utf8)
        #expect(player.isBetweenTransactions)
        player.send("NOO".utf8)
        #expect(!player.isBetweenTransactions)
        player.send("P\r\nMAIL FROM:<>\r\n".utf8)
        #expect(!player.isBetweenTransactions)
        player.send("RSET\r\n".utf8)
        #expect(player.isBetweenTransactions)
    }
}
