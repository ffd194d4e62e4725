internal import CoreConfig
internal import CoreDelivery
internal import CoreLMTP
internal import CoreSystem

/// One client's session: the pure `Session` between a socket and delivery.
///
/// It flushes replies before it waits for anything, keeps the time-outs that `Session` cannot know,
/// and delivers to the recipients of a transaction side by side. A client that vanishes after the
/// end of DATA changes nothing: what was begun is finished, logged and journaled.
@Loop final class ServedSession {
    let connection: Connection
    private let server: Server
    let number: Int
    /// In our log and in each 250 reply, so that one search joins ours and the MTA's.
    private let id: String
    private let client: String
    private var session: Session
    private var output: [UInt8] = []
    private var transactions = 0
    /// Nothing was said since the last transaction.
    private var isAtRest = false
    /// When the client last did something of use.
    private var lastProgress = Loop.reactor.now
    /// When we first waited for more of a message; nil between messages.
    private var dataStarted: Duration?

    /// Those of the configuration as it is now: a reload changes the times of open sessions too.
    private var limits: Session.Limits { server.service.sessionLimits }

    init(_ connection: Connection, _ server: Server, client: String, peer: Session.Peer) {
        self.connection = connection
        self.server = server
        (number, id) = server.makeSessionID()
        self.client = client
        session = Session(host: server.host, limits: server.service.sessionLimits, peer: peer)
        output = session.greeting.wireForm
    }

    func run() async {
        do throws(Connection.Failure) {
            try await converse()
        } catch {
            await end(error)
        }
    }

    private func converse() async throws(Connection.Failure) {
        while true {
            while let action = session.next() {
                lastProgress = Loop.reactor.now
                isAtRest = false
                try await perform(action)
                if session.phase == .closed {
                    try await flush()
                    return connection.drain()
                }
            }
            try await flush()
            if mustEnd {
                return try await close(Reply(421, EnhancedStatus(4, 3, 2), "shutting down"))
            }
            do throws(Connection.Failure) {
                try await connection.read(until: deadline) { session.receive($0) }
                if session.phase == .data { lastProgress = Loop.reactor.now }
            } catch {
                if case .interrupted = error { continue }
                if case .timedOut = error, mustEnd { continue }
                throw error
            }
        }
    }

    /// A stopping daemon ends a session right after a transaction: an MTA that wants to use the
    /// connection again says RSET first, and opens another one when that fails. Whoever has said
    /// RSET or LHLO is about to begin: cut off now, it would believe us dead and defer the mail.
    private var mustEnd: Bool {
        guard let graceEnds = server.graceEnds, session.isBetweenTransactions else { return false }
        return isAtRest || graceEnds <= Loop.reactor.now
    }

    private var deadline: Duration {
        switch session.phase {
        case .command, .closed:
            let idle = lastProgress + limits.commandTimeout
            guard let graceEnds = server.graceEnds, session.isBetweenTransactions else {
                return idle
            }
            return min(idle, graceEnds)
        case .data:
            let started = dataStarted ?? Loop.reactor.now
            dataStarted = started
            return min(lastProgress + limits.blockTimeout, started + limits.messageTimeout)
        }
    }

    private func flush() async throws(Connection.Failure) {
        guard !output.isEmpty else { return }
        var bytes: [UInt8] = []
        swap(&bytes, &output)
        try await connection.write(bytes, until: Loop.reactor.now + limits.clientTimeout)
    }

    private func perform(_ action: Session.Action) async throws(Connection.Failure) {
        switch action {
        case .reply(let reply): output += reply.wireForm
        case .check(let recipient, let transaction):
            output += session.decide(await refusal(of: recipient, transaction)).wireForm
        case .deliver(let transaction):
            dataStarted = nil
            try await flush()
            try await deliver(transaction)
        case .refuse(let transaction, let reply):
            dataStarted = nil
            refuse(transaction, reply)
        case .startTLS(let reply):
            output += reply.wireForm
            try await flush()
            try await startTLS()
        case .close(let reply): output += reply.wireForm
        }
    }

    // MARK: Recipients

    private func refusal(of recipient: String, _ transaction: Transaction) async -> Reply? {
        let envelope = envelope(of: transaction)
        guard let outcome = await server.service.deliver.check(recipient, envelope) else {
            return nil
        }
        server.count(outcome)
        server.service.deliveryLog.write(outcome, envelope, delay: .zero)
        return outcome.reply(sessionID: envelope.sessionID)
    }

    /// Delivers to all recipients at once, and sends each reply as soon as it may be sent.
    private func deliver(_ transaction: Transaction) async throws(Connection.Failure) {
        let service = server.service
        let started = Loop.reactor.now
        let message = await service.prepare(transaction.message)
        let envelope = envelope(of: transaction).completed(
            from: message, service.configuration)
        transactions += 1
        isAtRest = true
        let answers = Answers(count: transaction.recipients.count, waiter: connection.waiter)
        var failure: Connection.Failure?
        await withDiscardingTaskGroup { group in
            for (index, recipient) in transaction.recipients.enumerated() {
                group.addImmediateTask { @Sendable @Loop [server] in
                    let outcome = await service.deliver(message, to: recipient, envelope)
                    let delay = Clock.system.elapsed() - started
                    service.deliveryLog.write(outcome, envelope, delay: delay)
                    server.count(outcome)
                    answers.take(outcome.reply(sessionID: envelope.sessionID), at: index)
                }
            }
            do throws(Connection.Failure) {
                try await send(answers, until: started + service.configuration.lmtp.replyTimeout)
            } catch {
                failure = error
            }
        }
        lastProgress = Loop.reactor.now
        if let failure { throw failure }
    }

    private func send(_ answers: Answers, until deadline: Duration) async throws(Connection.Failure)
    {
        while !answers.isDone {
            let bytes = answers.next()
            if !bytes.isEmpty {
                try await connection.write(bytes, until: Loop.reactor.now + limits.clientTimeout)
            } else if await connection.waiter.wait(until: deadline) == .deadline {
                let reply = Reply(
                    451, EnhancedStatus(4, 4, 2),
                    "no answer from Twilio in time; not sent twice "
                        + "when tried again [\(id)]")
                let count = answers.giveUp(reply)
                server.service.log(
                    .warning, "reply deadline passed", ["session": id, "recipients": "\(count)"])
            }
        }
    }

    private func refuse(_ transaction: Transaction, _ reply: Reply) {
        let envelope = envelope(of: transaction)
        transactions += 1
        isAtRest = true
        for recipient in transaction.recipients {
            output += reply.wireForm
            let failure: Failure = reply.code == 552 ? .messageTooLarge : .contentRefused
            let outcome = Outcome.failed(failure, recipient, reply.text)
            server.count(outcome)
            server.service.deliveryLog.write(outcome, envelope, delay: .zero)
        }
    }

    private func envelope(of transaction: Transaction) -> Envelope {
        let forwarded = transaction.forwarded
        return Envelope(
            reversePath: transaction.reversePath, queueID: forwarded.queueID,
            clientAddress: forwarded.clientAddress.map(Self.plainAddress),
            clientName: forwarded.clientName, helo: forwarded.helo,
            sessionID: "\(id).\(transactions + 1)")
    }

    /// XFORWARD writes IPv6 addresses as in RFC 5321 §4.1.3.
    private static func plainAddress(_ address: String) -> String {
        address.uppercased().hasPrefix("IPV6:") ? String(address.dropFirst(5)) : address
    }

    // MARK: TLS and the end

    private func startTLS() async throws(Connection.Failure) {
        guard let context = server.service.tls
        else { throw .tls("no certificate since the last reload") }
        let deadline = Loop.reactor.now + limits.clientTimeout
        let summary = try await connection.startTLS(context, until: deadline)
        session.tlsStarted(trusted: session.peer.isTrusted || context.verifiesClients)
        server.service.log(.debug, "TLS", ["session": id, "client": client, "with": summary])
    }

    private func end(_ failure: Connection.Failure) async {
        switch failure {
        case .interrupted: preconditionFailure("an interrupted read is tried again")
        case .closed:
            if !session.isBetweenTransactions {
                server.service.log(
                    .notice, "client vanished in a transaction", ["session": id, "client": client])
            }
        case .timedOut:
            server.service.log(.notice, "client timed out", ["session": id, "client": client])
            do throws(Connection.Failure) {
                try await close(Reply(421, EnhancedStatus(4, 4, 2), "time-out, closing"))
            } catch {
                // It did not wait for that either.
            }
        case .tls(let reason):
            server.service.log(
                .warning, "TLS failed",
                ["session": id, "client": client, "reason": reason])
        }
    }

    private func close(_ reply: Reply) async throws(Connection.Failure) {
        session.close()
        output += reply.wireForm
        try await flush()
        connection.drain()
    }
}
