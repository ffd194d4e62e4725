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
    fileprivate let requests: Requests
    private let input: CompositionInput
    private let options: CompositionOptions
    private let storm: StormSettings

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
        options = try Self.options(routing.choices)
        input = CompositionInput(message, for: options.template)
        storm = configuration.storm
        let composition = try Self.compose(input, options)
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
        /// Folded alerts that the message of this part tells of.
        let told: Int
        var segments: Int { claim.segments }
    }

    /// The same for all parts and numbers.
    fileprivate struct Requests: Sendable {
        let digest: MessageDigest
        let origin: ClaimRequest.Origin
        let validityPeriod: Duration?
        let statusCallback: String?
        let dedupWindow: Duration?
    }

    /// What is sent to one number, part by part.
    ///
    /// The first part's claim may find that alerts were folded: then all parts are others, and tell of
    /// them. Which key belongs to which part does not change with it.
    struct Shipment: Sendable {
        let plan: Plan
        let number: PhoneNumber
        /// Nil where policy refuses, and the journal is only looked into.
        let allowance: Allowance?
    }

    /// One for each number that policy allows; a refusal is told elsewhere.
    var shipments: [Shipment] {
        targets.compactMap { target in
            guard case .success(let allowance) = target.permission else { return nil }
            return Shipment(plan: self, number: target.number, allowance: allowance)
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

    private static func options(_ choices: MessageChoices) throws(Problem) -> CompositionOptions {
        do throws(TemplateError) {
            return try CompositionOptions(choices)
        } catch {
            throw Problem(.configuration, "the template in the configuration is wrong: \(error)")
        }
    }

    private static func compose(
        _ input: CompositionInput, _ options: CompositionOptions
    ) throws(Problem) -> Composition {
        do throws(CompositionError) {
            return try Composition(input, options)
        } catch {
            switch error {
            case .nothingToSend: throw Problem(.nothingToSend, "\(error)")
            case .tooLong: throw Problem(.tooManySegments, "\(error)")
            }
        }
    }
}

extension Plan.Shipment {
    /// Nil behind the last part.
    ///
    /// - Parameter count: folded alerts to tell of.
    func part(_ index: Int, telling count: Int = 0) -> Plan.Part? {
        let composition = count > 0 ? plan.composition(telling: count) : plan.composition
        guard composition.messages.indices.contains(index) else { return nil }
        let text = composition.messages[index]
        let requests = plan.requests
        let request = MessageRequest(
            to: number, sender: plan.sender, body: text, validityPeriod: requests.validityPeriod,
            statusCallback: requests.statusCallback)
        let key = IdempotencyKey(
            message: requests.digest, to: number, sender: plan.sender.wireForm, index: index)
        var claim = ClaimRequest(key: key, to: number, sender: plan.sender.wireForm, body: text)
        claim.partIndex = index
        claim.partCount = composition.messages.count
        claim.segments = composition.counts[index].segments
        claim.origin = requests.origin
        claim.dedupWindow = requests.dedupWindow
        if count > 0, plan.composition.messages.indices.contains(index) {
            claim.plainText = TextDigest(of: plan.composition.messages[index])
        }
        // All parts are paid for with the first: they are sent all or not at all.
        if index == 0, let allowance {
            claim.charges = allowance.charges
            claim.storm = allowance.storm.map { StormRule(bucket: $0, telling: telling) }
        }
        return Plan.Part(
            request: request, account: plan.account, claim: claim, allowance: allowance,
            told: index == 0 ? count : 0)
    }

    /// The first part as it tells of folded alerts, for its claim.
    private func telling(_ count: Int) -> StormRule.Telling? {
        let composition = plan.composition(telling: count)
        guard let text = composition.messages.first,
            let allowance = allowance?.weighing(composition.segments)
        else { return nil }
        return StormRule.Telling(
            body: text, partCount: composition.messages.count,
            segments: composition.counts[0].segments, charges: allowance.charges)
    }
}

extension Plan {
    /// The messages with the line that tells of so many folded alerts.
    fileprivate func composition(telling count: Int) -> Composition {
        do throws(CompositionError) {
            return try Composition(input, options, closing: storm.summary(of: count))
        } catch {
            preconditionFailure("what was composed without a line cannot be with it: \(error)")
        }
    }
}
