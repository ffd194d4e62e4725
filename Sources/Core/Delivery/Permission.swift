internal import CoreAddress
package import CoreConfig
internal import CoreMail
internal import CorePolicy

/// What policy says about one recipient: the question put together, the refusal put into a status.
struct Permission: Sendable {
    private let rules: Policy
    private let routing: Routing
    private let sender: Sender
    /// Nil before the header has been read.
    private let authentication: AuthenticationResults?
    private let time: LocalTime

    init(
        _ routing: Routing, _ envelope: Envelope, _ message: PreparedMessage?,
        _ configuration: Configuration, time: LocalTime
    ) {
        self.routing = routing
        self.time = time
        rules = configuration.rules
        sender = Sender(envelope)
        if let message, let authservID = configuration.policy.authservID {
            authentication = AuthenticationResults(of: message.message, authservID: authservID)
        } else {
            authentication = nil
        }
    }

    /// The charges that go with the claim, or why nothing may be sent.
    func allowance(for number: PhoneNumber, segments: Int) throws(Problem) -> Allowance {
        var question = Policy.Question(
            sender: sender, recipientName: routing.path.base, number: number, time: time)
        question.authentication = authentication
        question.isUrgent = routing.option?.isUrgent ?? false
        question.segments = segments
        switch rules.decide(question) {
        case .allow(let allowance): return allowance
        case .refuse(let refusal): throw Problem(refusal)
        }
    }
}

extension AuthenticationResults {
    /// Those that our own MTA wrote above the topmost Received. Below it they may be anybody's: a
    /// program that removes forged ones (RFC 8601 §5) may not do so in a mail that it cannot read.
    fileprivate init(of message: Message, authservID: String) {
        let fields = message.trustedAll("Authentication-Results")
        let others = message.header.all("Authentication-Results").dropFirst(fields.count)
        var disguise = message.disguise(authors: message.header.all("From"))
        if others.contains(where: { Self.isInTheName(of: authservID, $0) }) { disguise = .results }
        self.init(fields: fields, disguise: disguise, authservID: authservID)
    }
}

extension Message {
    /// What of it could have made our own MTA write above Received what a stranger wants there.
    fileprivate func disguise(authors: [String] = []) -> Disguise? {
        guard hasWholeHeader else { return .length }
        return Disguise(signatures: header.all("DKIM-Signature"), authors: authors)
    }
}

extension Sender {
    init(_ envelope: Envelope) {
        self.init(
            reversePath: envelope.reversePath, saslUser: envelope.saslUser,
            clientAddress: envelope.clientAddress)
    }
}

extension Problem {
    init(_ refusal: PolicyRefusal) {
        let detail = refusal.detail.isEmpty ? nil : refusal.detail
        self.init(Failure(refusal.kind), refusal.text, detail: detail)
    }
}

extension Failure {
    init(_ kind: PolicyRefusal.Kind) {
        switch kind {
        case .senderNotAllowed, .recipientNotAllowed, .notAuthenticated, .kindNotServed:
            self = .senderNotAllowed
        case .countryNotServed: self = .regionNotServed
        case .authenticationUnknown: self = .authenticationUnknown
        case .quietHours: self = .quietHours
        case .overRate: self = .rateExceeded
        case .capReached: self = .capReached
        case .capExceeded: self = .capExceeded
        case .system: self = .system
        }
    }
}

extension Envelope {
    /// With what only the message tells: the MTA's queue id from its Received line, and the login that our
    /// own MTA wrote above it; below it anybody may have.
    package func completed(
        from message: PreparedMessage, _ configuration: Configuration
    ) -> Envelope {
        var envelope = self
        if envelope.saslUser == nil, let header = configuration.policy.authHeader,
            let login = message.message.trusted(header), !login.isEmpty,
            message.message.disguise() == nil
        {
            envelope.saslUser = login
        }
        if envelope.queueID == nil { envelope.queueID = message.message.queueIDFromReceived }
        return envelope
    }
}
