package import CoreAddress
package import CoreConfig
internal import CoreJournal
internal import CoreMail
internal import CorePolicy
package import CoreSMS
package import CoreSystem
package import CoreTwilio

/// All that will be sent for one recipient, decided before anything is: numbers, texts, account, keys.
///
/// Pure, so `--dry-run` and `smsmda explain` show exactly what a delivery would do.
package struct Plan: Sendable {
    package let recipient: String
    /// `default` when no route matched.
    package let route: String
    /// Each with what policy says of it: in a group one number may be refused and another not.
    let targets: [Target]
    package let account: Account
    package let sender: SenderIdentity
    package let composition: Composition
    private let requests: Requests

    struct Target: Sendable {
        let number: PhoneNumber
        let permission: Result<Allowance, Problem>
    }

    package var numbers: [PhoneNumber] { targets.map(\.number) }

    package enum Made: Sendable {
        case send(Plan)
        /// Nothing is sent: refused, deferred, or discarded on purpose. The plan is there when it was
        /// policy that said so: an earlier try of the same message may have been allowed.
        case stop(Outcome, refused: Plan?)
    }

    package static func make(
        _ message: PreparedMessage, _ recipient: String, _ envelope: Envelope,
        _ configuration: Configuration, now: WallTime
    ) -> Made {
        let envelope = envelope.completed(from: message, configuration)
        do throws(Problem) {
            let routing = try Routing(recipient, envelope, configuration)
            if let outcome = AutomaticMessage.outcome(
                message, recipient, envelope, configuration.message.autoReplies)
            {
                return .stop(outcome, refused: nil)
            }
            let permission = Permission(
                routing, envelope, message, configuration, time: LocalTime(now))
            let plan = try Plan(
                message, recipient, envelope, routing, permission, configuration)
            return plan.isRefused
                ? .stop(plan.outcome([:]), refused: plan) : .send(plan)
        } catch {
            return .stop(Outcome(recipient, error), refused: nil)
        }
    }

    private init(
        _ message: PreparedMessage, _ recipient: String, _ envelope: Envelope,
        _ routing: Routing, _ permission: Permission, _ configuration: Configuration
    ) throws(Problem) {
        self.recipient = recipient
        route = routing.route
        (account, sender) = try Self.account(routing.choices, configuration)
        let composition = try Self.compose(message, routing.choices)
        self.composition = composition
        targets = routing.numbers.map { number in
            Target(
                number: number,
                permission: Result { () throws(Problem) in
                    try permission.allowance(for: number, segments: composition.segments)
                })
        }
        requests = Requests(
            digest: message.digest,
            origin: ClaimRequest.Origin(
                recipient: recipient, reversePath: envelope.reversePath,
                queueID: envelope.queueID, messageID: message.message.messageID,
                route: routing.route, account: account.sid),
            validityPeriod: routing.choices.validityPeriod,
            statusCallback: routing.choices.statusCallback,
            dedupWindow: configuration.journal.dedupWindow)
    }

    // MARK: The parts

    /// One SMS request to come, with what the journal wants to know of it.
    struct Part: Sendable {
        let request: MessageRequest
        let account: Account
        let claim: ClaimRequest
        /// What the claim takes from the limits, and the words for the case that too little is left.
        let allowance: Allowance?
        var segments: Int { claim.segments }
    }

    /// The same for all parts and numbers.
    private struct Requests: Sendable {
        let digest: MessageDigest
        let origin: ClaimRequest.Origin
        let validityPeriod: Duration?
        let statusCallback: String?
        let dedupWindow: Duration?
    }

    /// - Parameter allowance: nil where policy refuses, and the journal is only looked into.
    func parts(for number: PhoneNumber, _ allowance: Allowance?) -> [Part] {
        composition.messages.enumerated().map { index, text in
            let request = MessageRequest(
                to: number, sender: sender, body: text, validityPeriod: requests.validityPeriod,
                statusCallback: requests.statusCallback)
            let key = IdempotencyKey(
                message: requests.digest, to: number, sender: sender.wireForm, index: index)
            var claim = ClaimRequest(key: key, to: number, sender: sender.wireForm, body: text)
            claim.partIndex = index
            claim.partCount = composition.messages.count
            claim.segments = composition.counts[index].segments
            claim.origin = requests.origin
            claim.dedupWindow = requests.dedupWindow
            // All parts are paid for with the first: they are sent all or not at all.
            claim.charges = index == 0 ? allowance?.charges ?? [] : []
            return Part(request: request, account: account, claim: claim, allowance: allowance)
        }
    }

    /// Whether policy refuses every number.
    private var isRefused: Bool {
        targets.allSatisfy { target in
            if case .failure = target.permission { true } else { false }
        }
    }

    // MARK: Steps

    private static func account(
        _ choices: MessageChoices, _ configuration: Configuration
    ) throws(Problem) -> (Account, SenderIdentity) {
        let settings =
            choices.account.flatMap { configuration.accounts[$0] }
            ?? configuration.twilio.account
        let account: Account
        do throws(ConfigurationError) {
            account = try settings.account()
        } catch {
            throw Problem(.configuration, "\(error)")
        }
        guard let sender = choices.sender ?? settings.sender else {
            throw Problem(
                .configuration,
                "no sender: set from or messaging_service_sid in [twilio], or TWILIO_PHONE_NUMBER")
        }
        return (account, sender)
    }

    private static func compose(
        _ message: PreparedMessage, _ choices: MessageChoices
    ) throws(Problem) -> Composition {
        let options: CompositionOptions
        do throws(TemplateError) {
            options = try CompositionOptions(choices)
        } catch {
            throw Problem(.configuration, "the template in the configuration is wrong: \(error)")
        }
        do throws(CompositionError) {
            return try Composition(CompositionInput(message, for: options.template), options)
        } catch {
            switch error {
            case .nothingToSend: throw Problem(.nothingToSend, "\(error)")
            case .tooLong: throw Problem(.tooManySegments, "\(error)")
            }
        }
    }
}
