internal import CoreConfig
internal import CoreDelivery
internal import CoreLMTP
internal import CorePolicy
internal import CoreSystem

/// One client of the policy service: an smtpd(8) of Postfix, or an Exim that asks once and closes.
///
/// It answers requests in order, each as soon as it is known, until the client closes, says nothing
/// for as long as `[lmtp] idle_timeout`, or sends what is no request. It never refuses for a fault of
/// ours: where we cannot say, the answer is DUNNO, and the delivery decides.
@Loop final class PolicySession {
    let connection: Connection
    private let server: Server

    /// For the client to take an answer.
    private static let clientTimeout = Duration.seconds(10)

    init(_ connection: Connection, _ server: Server) {
        self.connection = connection
        self.server = server
    }

    func run() async {
        var reader = PolicyRequestReader()
        do throws(Connection.Failure) {
            while !server.isStopping {
                let deadline = Loop.reactor.now + server.service.configuration.lmtp.idleTimeout
                var result = Result<[PolicyRequest], PolicyRequestReader.Malformed>.success([])
                try await connection.read(until: deadline) { bytes in
                    result = Result { () throws(PolicyRequestReader.Malformed) in
                        try reader.receive(bytes)
                    }
                }
                guard case .success(let requests) = result else {
                    server.service.log(.warning, "not a policy request, closing", [:])
                    return
                }
                for request in requests {
                    let answer = await answer(to: request)
                    try await connection.write(
                        answer.wireForm, until: Loop.reactor.now + Self.clientTimeout)
                }
            }
        } catch {
            // Closed, silent or stopping: between requests that is how a session ends.
        }
    }

    private func answer(to request: PolicyRequest) async -> PolicyAnswer {
        let service = server.service
        guard request.isAtRecipient, service.judges(request.recipient) else { return .dunno }
        let sender = request.sender
        let envelope = Envelope(
            reversePath: sender.reversePath, queueID: request["queue_id"],
            clientAddress: sender.clientAddress, clientName: request["client_name"],
            helo: request["helo_name"], saslUser: sender.saslUser)
        guard
            let outcome = await service.deliver.judge(
                request.recipient, size: request.size, envelope)
        else { return .dunno }
        service.deliveryLog.write(outcome, envelope, delay: .zero)
        let reply = outcome.reply(sessionID: "")
        return .reply(code: reply.code, text: "\(outcome.status.enhanced) \(reply.text)")
    }
}

extension Service {
    /// Whether a recipient is one of those the policy service speaks for.
    fileprivate func judges(_ recipient: String) -> Bool {
        let domains = configuration.policy.domains
        guard !domains.isEmpty else { return true }
        let domain = recipient.lastIndex(of: "@").map { recipient[recipient.index(after: $0)...] }
        return domains.contains { $0.matches(String(domain ?? "")) }
    }
}
