/// The server's side of one LMTP session (RFC 2033), without any input or output.
///
/// In: `receive` takes bytes as they come from the client. Out: `next` says what to do, one action
/// at a time, and nil when it needs more bytes: that is when replies must be flushed (RFC 2920 §3.2).
/// After `.check` the caller calls `decide`, after `.startTLS` it calls `tlsStarted`. Whatever the
/// client sends, memory stays under a message and a command line, and nothing traps.
/// It does not know time, so time-outs are the caller's: `phase` tells which one holds.
package struct Session: ~Copyable, Sendable {
    package enum Action: Hashable, Sendable {
        /// Send this.
        case reply(Reply)
        /// Say through `decide` whether this recipient can be served.
        case check(recipient: String, in: Transaction)
        /// Deliver, and send one reply for each recipient, in order.
        case deliver(Transaction)
        /// The message cannot be taken: send this reply once for each recipient.
        case refuse(Transaction, Reply)
        /// Send this, then start TLS.
        case startTLS(Reply)
        /// Send this and close.
        case close(Reply)
    }

    /// What the client may do with us, from where it sits.
    package struct Peer: Hashable, Sendable {
        /// Its XFORWARD is believed.
        package var isTrusted: Bool
        package var offersTLS: Bool
        /// No mail before STARTTLS.
        package var requiresTLS: Bool

        package init(isTrusted: Bool = true, offersTLS: Bool = false, requiresTLS: Bool = false) {
            self.isTrusted = isTrusted
            self.offersTLS = offersTLS
            self.requiresTLS = requiresTLS
        }
    }

    package enum Phase: Hashable, Sendable {
        case command, data, closed
    }

    private enum State: Sendable {
        case connected
        case idle
        case transaction(Transaction)
        case checking(Transaction, recipient: String)
        case data(Transaction, DataReader)
        case closed
    }

    private let limits: Limits
    private let host: String
    package private(set) var peer: Peer
    private var state = State.connected
    private var input = LineBuffer()
    private var forwarded = XForward()
    private var errorCount = 0
    private var isSecure = false

    /// `host` is our name in the greeting; a long one is shortened in it.
    package init(host: String, limits: Limits, peer: Peer = Peer()) {
        self.host = Self.fitting(host)
        self.limits = limits
        self.peer = peer
    }

    /// Octets of our name: what leaves the answer to LHLO under `Reply.longest`.
    private static let longestHost = 36

    private static func fitting(_ host: String) -> String {
        var labels = host.split(separator: ".")
        while labels.count > 1, labels.joined(separator: ".").utf8.count > longestHost {
            labels.removeLast()
        }
        let name = labels.joined(separator: ".")
        return name.isEmpty || name.utf8.count > longestHost ? "localhost" : name
    }

    package var greeting: Reply { Reply(220, nil, "\(host) LMTP smsmda") }

    package var phase: Phase {
        switch state {
        case .connected, .idle, .transaction, .checking: .command
        case .data: .data
        case .closed: .closed
        }
    }

    /// No transaction is open, so closing now loses nothing.
    package var isBetweenTransactions: Bool {
        switch state {
        case .connected, .idle, .closed: input.isEmpty
        case .transaction, .checking, .data: false
        }
    }

    package mutating func receive(_ bytes: some Collection<UInt8>) { input.append(bytes) }

    /// What to do next; nil when more bytes are needed for that.
    package mutating func next() -> Action? {
        switch state {
        case .closed: return nil
        case .checking: preconditionFailure("decide was not called after check")
        case .data(let transaction, var reader):
            // The reader must be the only owner of what it holds, or each block copies it all.
            state = .closed
            let verdict = input.feed(&reader)
            guard let verdict else {
                state = .data(transaction, reader)
                return nil
            }
            return finish(transaction, verdict)
        case .connected, .idle, .transaction:
            switch input.nextLine(limit: limits.commandLine) {
            case nil: return nil
            case .overlong:
                return failed(
                    Reply(500, .badSyntax, "line longer than \(limits.commandLine) octets"))
            case .foul:
                return failed(
                    Reply(500, .badSyntax, "bare CR or LF, or NUL; lines end in CRLF"))
            case .line(let line): return obey(line)
            }
        }
    }

    /// The verdict on the recipient of `.check`: nil to take it. Returns the reply to send.
    package mutating func decide(_ refusal: Reply?) -> Reply {
        guard case .checking(var transaction, let recipient) = state
        else { preconditionFailure("no recipient is being checked") }
        if refusal == nil { transaction.recipients.append(recipient) }
        state = .transaction(transaction)
        return refusal ?? Reply(250, EnhancedStatus(2, 1, 5), "recipient ok")
    }

    /// TLS is up: all that was said before does not count, and what was sent along with STARTTLS
    /// may be an attacker's (RFC 3207 §4.2).
    package mutating func tlsStarted(trusted: Bool) {
        input = LineBuffer()
        forwarded = XForward()
        state = .connected
        isSecure = true
        peer.isTrusted = trusted
    }

    /// Ends the session, as on a time-out: nothing the client sends is looked at any more.
    package mutating func close() { state = .closed }

    private mutating func finish(_ transaction: Transaction, _ verdict: DataReader.Verdict)
        -> Action
    {
        state = .idle
        forwarded = XForward()
        switch verdict {
        case .whole(let message):
            var transaction = transaction
            transaction.message = message
            return .deliver(transaction)
        case .tooLarge: return .refuse(transaction, tooLarge)
        case .bareNewline:
            let reply = Reply(
                554, EnhancedStatus(5, 6, 0), "bare CR or LF in the message; lines end in CRLF")
            return .refuse(transaction, reply)
        }
    }

    private mutating func obey(_ line: ArraySlice<UInt8>) -> Action {
        do throws(Reply) {
            return try perform(try Command(parsing: line, limits: limits))
        } catch {
            return failed(error)
        }
    }

    private mutating func failed(_ reply: Reply) -> Action {
        errorCount += 1
        guard errorCount >= limits.errors else { return .reply(reply) }
        state = .closed
        return .close(Reply(421, EnhancedStatus(4, 7, 0), "too many errors, closing"))
    }

    private mutating func perform(_ command: Command) throws(Reply) -> Action {
        switch command {
        case .lhlo: return hello()
        case .smtpGreeting:
            throw Reply(500, .badCommand, "this is LMTP, not SMTP: say LHLO (RFC 2033)")
        case .mail(let mail): return .reply(try begin(mail))
        case .rcpt(let recipient): return try check(recipient)
        case .data: return .reply(try startData())
        case .rset:
            if case .transaction = state { state = .idle }
            forwarded = XForward()
            return .reply(Reply(250, EnhancedStatus(2, 0, 0), "ok"))
        case .noop: return .reply(Reply(250, EnhancedStatus(2, 0, 0), "ok"))
        case .vrfy:
            return .reply(Reply(252, EnhancedStatus(2, 5, 2), "cannot verify; RCPT will tell"))
        case .help:
            return .reply(
                Reply(214, EnhancedStatus(2, 0, 0), "LHLO MAIL RCPT DATA RSET NOOP VRFY QUIT"))
        case .quit:
            state = .closed
            return .close(Reply(221, EnhancedStatus(2, 0, 0), "bye"))
        case .startTLS:
            guard peer.offersTLS else { throw Reply(502, .badCommand, "STARTTLS is not offered") }
            guard !isSecure else { throw Reply(503, .badCommand, "TLS is on already") }
            guard input.isEmpty
            else { throw Reply(501, .badArguments, "nothing may follow STARTTLS in one write") }
            return .startTLS(Reply(220, EnhancedStatus(2, 0, 0), "go ahead"))
        case .xforward(let attributes): return .reply(try forward(attributes))
        case .http:
            state = .closed
            return .close(Reply(421, EnhancedStatus(4, 7, 0), "this is LMTP, not HTTP"))
        }
    }

    /// The answer to LHLO. It has no enhanced status: each line is a keyword (RFC 2034 §4).
    private mutating func hello() -> Action {
        state = .idle
        forwarded = XForward()
        var lines = [
            host, "PIPELINING", "ENHANCEDSTATUSCODES", "8BITMIME", "SMTPUTF8",
            "SIZE \(limits.messageSize)",
        ]
        if peer.offersTLS && !isSecure { lines.append("STARTTLS") }
        if peer.isTrusted { lines.append(XForward.keyword) }
        return .reply(Reply(250, lines: lines))
    }

    private mutating func begin(_ mail: Command.Mail) throws(Reply) -> Reply {
        switch state {
        case .connected: throw Reply(503, .badCommand, "say LHLO first")
        case .idle: break
        case .transaction, .checking, .data, .closed:
            throw Reply(503, .badCommand, "nested MAIL; RSET ends a transaction")
        }
        guard isSecure || !peer.requiresTLS
        else { throw Reply(530, EnhancedStatus(5, 7, 0), "say STARTTLS first") }
        guard mail.isSMTPUTF8 || mail.reversePath.utf8.allSatisfy({ $0 < 128 }) else {
            throw Reply(550, .needsSMTPUTF8, "an address in UTF-8 needs SMTPUTF8")
        }
        if let size = mail.declaredSize, size > limits.messageSize { return tooLarge }
        state = .transaction(
            Transaction(
                reversePath: mail.reversePath, isSMTPUTF8: mail.isSMTPUTF8, forwarded: forwarded))
        return Reply(250, EnhancedStatus(2, 1, 0), "sender ok")
    }

    private mutating func check(_ recipient: String) throws(Reply) -> Action {
        guard case .transaction(let transaction) = state
        else { throw Reply(503, .badCommand, "say MAIL first") }
        guard transaction.isSMTPUTF8 || recipient.utf8.allSatisfy({ $0 < 128 }) else {
            throw Reply(553, .needsSMTPUTF8, "an address in UTF-8 needs SMTPUTF8")
        }
        guard transaction.recipients.count < limits.recipients else {
            // Transient, and no error: the client comes back with the rest (RFC 5321 §4.5.3.1.10).
            return .reply(
                Reply(452, EnhancedStatus(4, 5, 3), "too many recipients; send the rest later"))
        }
        state = .checking(transaction, recipient: recipient)
        return .check(recipient: recipient, in: transaction)
    }

    private mutating func startData() throws(Reply) -> Reply {
        guard case .transaction(let transaction) = state
        else { throw Reply(503, .badCommand, "say MAIL and RCPT first") }
        guard !transaction.recipients.isEmpty  // RFC 2033 §4.2
        else { throw Reply(503, .badCommand, "no valid recipients") }
        state = .data(transaction, DataReader(limit: limits.messageSize))
        return Reply(354, nil, "send the message; end with <CRLF>.<CRLF>")
    }

    private mutating func forward(_ attributes: [XForward.Attribute]) throws(Reply) -> Reply {
        guard peer.isTrusted
        else { throw Reply(550, EnhancedStatus(5, 7, 1), "XFORWARD is not for this client") }
        switch state {
        case .connected: throw Reply(503, .badCommand, "say LHLO first")
        case .idle: break
        case .transaction, .checking, .data, .closed:
            throw Reply(503, .badCommand, "XFORWARD comes before MAIL")
        }
        forwarded.merge(attributes)
        return Reply(250, EnhancedStatus(2, 0, 0), "ok")
    }

    private var tooLarge: Reply {
        Reply(552, EnhancedStatus(5, 3, 4), "message larger than \(limits.messageSize) octets")
    }
}

extension EnhancedStatus {
    static let needsSMTPUTF8 = EnhancedStatus(5, 6, 7)
}
