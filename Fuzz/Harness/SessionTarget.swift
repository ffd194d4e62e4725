internal import CoreLMTP

extension FuzzTarget {
    /// What a client of lmtpd sends. The first octet says how it is cut: that must not matter.
    static let session = FuzzTarget("lmtp-session") { bytes in
        let size = max(1, Int(bytes.first ?? 1))
        let sent = bytes.dropFirst()
        var whole = PlayedSession()
        whole.send(Array(sent))
        var pieces = PlayedSession()
        var rest = sent
        while !rest.isEmpty {
            pieces.send(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        // STARTTLS is another matter: what comes along with it is thrown away.
        if whole.sawTLS || pieces.sawTLS { return }
        require(whole.output == pieces.output, "how the bytes are cut does not matter")
        require(whole.delivered == pieces.delivered, "nor for what is delivered")
    }
}

/// A session driven as lmtpd drives it, with small limits, and what it said.
private struct PlayedSession: ~Copyable {
    private static let limits: Session.Limits = {
        var limits = Session.Limits(messageSize: 500, recipients: 3)
        limits.commandLine = 200
        limits.path = 100
        return limits
    }()

    private var session = Session(
        host: "mx.example", limits: limits, peer: .init(offersTLS: true))
    var output: [UInt8] = []
    var delivered: [Transaction] = []
    var sawTLS = false

    mutating func send(_ bytes: [UInt8]) {
        session.receive(bytes)
        while let action = session.next() { perform(action) }
    }

    private mutating func say(_ reply: Reply) {
        let wire = reply.wireForm
        require(wire.count <= Reply.longest, "a reply fits Exim's buffer")
        require(wire.suffix(2) == [13, 10] && !wire.dropLast(2).contains(0), "a reply is a line")
        require(
            reply.code == 250 || wire.filter { $0 == 10 }.count == 1, "only LHLO has several lines")
        output += wire
    }

    private mutating func perform(_ action: Session.Action) {
        switch action {
        case .reply(let reply), .close(let reply): say(reply)
        case .check(let recipient, _):
            require(!recipient.isEmpty, "a recipient has an address")
            let refusal = Reply(553, EnhancedStatus(5, 1, 3), "not a phone number")
            say(session.decide(recipient.hasPrefix("n") ? refusal : nil))
        case .deliver(let transaction):
            check(transaction)
            delivered.append(transaction)
            for _ in transaction.recipients { say(Reply(250, EnhancedStatus(2, 0, 0), "sent")) }
        case .refuse(let transaction, let reply):
            require(!transaction.recipients.isEmpty, "DATA needs a recipient")
            for _ in transaction.recipients { say(reply) }
        case .startTLS(let reply):
            say(reply)
            session.tlsStarted(trusted: false)
            sawTLS = true
        }
    }

    private func check(_ transaction: Transaction) {
        require((1...3).contains(transaction.recipients.count), "recipients keep their limit")
        let message = transaction.message
        require(message.count <= 500, "a message keeps its limit")
        for (index, byte) in message.enumerated() {
            if byte == 10 { require(index > 0 && message[index - 1] == 13, "no bare LF") }
            if byte == 13 {
                require(index + 1 < message.count && message[index + 1] == 10, "no bare CR")
            }
        }
    }
}
