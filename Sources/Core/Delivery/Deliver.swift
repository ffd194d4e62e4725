internal import CoreAddress
package import CoreConfig
package import CoreJournal
package import CorePolicy
package import CoreSystem
package import CoreTwilio

/// The path of one message to one recipient, from octets to what the mail system hears.
///
///     PreparedMessage ─ plan ─▶ Plan ─ send ─▶ [PartResult] ─▶ Outcome
///     (read once)      (pure)         (journal, transport)
///
/// In: a message that was read once, a recipient, the envelope. Out: one `Outcome`; nothing throws.
/// For each SMS: claim it in the journal, durably; make the request; settle the claim. Whatever is
/// not certainly refused and not certainly unsent is uncertain, and the next try asks the provider
/// first. What happens when the process dies on a line of this is told in `Transition.swift`.
///
/// It reads no clock but to respect a claim's time limit, and opens nothing: configuration, clock,
/// transport and journal are handed in.
package final class Deliver: Sendable {
    package let configuration: Configuration
    let clock: Clock
    let transport: any Transport
    let journal: any Journal
    /// Nil: nobody else is asked.
    private let asker: (any PolicyAsker)?
    /// Hands a mail over, sooner or later; called with what the operator should know.
    let post: @Sendable (OperatorMail) -> Void
    /// For what concerns the operator and no recipient. The line of each recipient is the program's.
    let log: Log

    package init(
        configuration: Configuration, clock: Clock, transport: any Transport,
        journal: any Journal, log: Log, asker: (any PolicyAsker)? = nil,
        post: @escaping @Sendable (OperatorMail) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.clock = clock
        self.transport = transport
        self.journal = journal
        self.log = log
        self.asker = asker
        self.post = post
    }

    /// Reads a message, once for all of its recipients.
    package func prepare(_ bytes: [UInt8]) -> PreparedMessage {
        PreparedMessage(bytes, configuration)
    }

    package func callAsFunction(
        _ message: PreparedMessage, to recipient: String, _ envelope: Envelope
    ) async -> Outcome {
        let plan: Plan
        switch Plan.make(message, recipient, envelope, configuration, now: clock.now()) {
        case .stop(let outcome, let refused):
            guard let refused else { return outcome }
            return refused.outcome(await recall(refused.targets, of: refused))
        case .send(let made): plan = made
        }
        if let asker, let objection = await objection(of: asker, to: plan, message, envelope) {
            let known = await recall(plan.targets, of: plan)
            return known.count == plan.targets.count ? plan.outcome(known) : objection
        }
        let sent = await send(plan.shipments)
        let refused = plan.targets.filter { sent[$0.number] == nil }
        let results = await recall(refused, of: plan).merging(sent) { $1 }
        await watchCaps(
            plan.targets.compactMap { target in
                guard case .sent? = results[target.number] else { return nil }
                return try? target.permission.get()  // Sent, so there is one.
            })
        return plan.outcome(results)
    }

    /// What is known of a recipient before the message comes: nil when it would be taken.
    ///
    /// The same words as later, so an MTA that asks at its own door (`reject_unverified_recipient`,
    /// Exim's callout) refuses with them. What the rules refuse but may be the retry of something sent
    /// is let through: the message's octets tell.
    package func check(_ recipient: String, _ envelope: Envelope) async -> Outcome? {
        var numbers: [PhoneNumber] = []
        guard let refusal = refusal(of: recipient, envelope, &numbers) else { return nil }
        return await hasSent(to: numbers, recipient, envelope) ? nil : refusal
    }

    /// - Parameter numbers: filled with those behind the recipient, where rules refuse them all.
    private func refusal(
        of recipient: String, _ envelope: Envelope, _ numbers: inout [PhoneNumber]
    ) -> Outcome? {
        do throws(Problem) {
            let routing = try Routing(recipient, envelope, configuration)
            if configuration.rules.awaitsMore(about: Sender(envelope)) { return nil }
            let permission = Permission(
                routing, envelope, nil, configuration, time: LocalTime(clock.now()))
            var problems: [Problem] = []
            for number in routing.numbers {
                do throws(Problem) {
                    _ = try permission.allowance(for: number, segments: 1)
                } catch {
                    problems.append(error)
                }
            }
            // Of a group one number is enough: the others are told after the message.
            guard problems.count == routing.numbers.count, let first = problems.first else {
                return nil
            }
            numbers = routing.numbers
            return Outcome(recipient, first)
        } catch {
            return Outcome(recipient, error)
        }
    }

    var inquiry: Inquiry { Inquiry(transport: transport, clock: clock) }

    // MARK: One SMS

    /// The numbers of a group side by side, the parts for one number one after the other.
    private func send(_ shipments: [Plan.Shipment]) async -> [PhoneNumber: NumberResult] {
        if shipments.count == 1 { return [shipments[0].number: await send(shipments[0])] }
        return await withTaskGroup(of: (PhoneNumber, NumberResult).self) { group in
            for shipment in shipments {
                group.addTask { (shipment.number, await self.send(shipment)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    private func send(_ shipment: Plan.Shipment) async -> NumberResult {
        let result = await inOrder(shipment) { part in await send(part, of: shipment) }
        guard let result else { preconditionFailure("each part was tried") }
        return result
    }

    /// The parts for one number, one after the other: after one that failed the rest waits for the
    /// retry. Nil as soon as `deliver` says nothing of one.
    func inOrder(
        _ shipment: Plan.Shipment, _ deliver: (Plan.Part) async -> PartResult?
    ) async -> NumberResult? {
        var done: [PartResult.Sent] = []
        // If the first part told of folded alerts, the others are those of that text.
        while let part = shipment.part(done.count, telling: done.first?.told ?? 0) {
            switch await deliver(part) {
            case .sent(let sent)?: done.append(sent)
            case .folded?: return .folded
            case .failed(let problem)?: return .failed(problem)
            case nil: return nil
            }
        }
        return .sent(done)
    }

    private func send(_ part: Plan.Part, of shipment: Plan.Shipment) async -> PartResult {
        do throws(JournalError) {
            var answer = try await journal.claim(part.claim)
            while true {
                switch answer {
                case .send(let claim):
                    guard claim.told > 0,
                        let teller = shipment.part(part.claim.partIndex, telling: claim.told)
                    else { return await post(part, claim) }
                    return await post(teller, claim)
                case .reconcile(let uncertain):
                    answer = try await journal.resolve(
                        uncertain, await inquiry(uncertain, part.account))
                default: return PartResult(answer, part)
                }
            }
        } catch {
            guard configuration.journal.isRequired else {
                return await sendUnjournaled(part, error)
            }
            log(.error, "journal cannot be used", ["reason": error.description])
            return .failed(
                Problem(.journal, "the journal cannot be used; the mail waits", detail: "\(error)"))
        }
    }

    /// The request itself. The claim is durable; from here on every way out settles it.
    private func post(_ part: Plan.Part, _ claim: Claim) async -> PartResult {
        var request = part.request.httpRequest(part.account)
        request.startBefore = claim.startBefore
        let (result, settlement) = await exchange(request, part)
        do throws(JournalError) {
            try await journal.settle(claim, settlement)
        } catch {
            // What we know goes to the MTA all the same. If it comes back, the claim counts as
            // uncertain and the provider is asked.
            log(
                .error, "outcome not recorded",
                [
                    "key": claim.key.description, "reason": error.description,
                ])
        }
        return result
    }

    private func exchange(
        _ request: HTTPRequest, _ part: Plan.Part
    ) async -> (PartResult, Settlement) {
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await transport.send(request)
        } catch {
            if error.sentNothing {
                let problem = Problem(
                    .providerUnreachable, "Twilio cannot be reached; nothing was sent",
                    detail: error.reason)
                return (.failed(problem), .released)
            }
            let problem = Problem(
                .deliveryUncertain, "no answer from Twilio; it is asked before another try",
                detail: error.reason)
            return (.failed(problem), .uncertain(reason: error.reason))
        }
        return PartResult.reading(response, part)
    }

    /// Only with `[journal] required = false`: the operator prefers a second SMS to a late one.
    private func sendUnjournaled(_ part: Plan.Part, _ error: JournalError) async -> PartResult {
        log(.error, "sending without the journal", ["reason": error.description])
        return await exchange(part.request.httpRequest(part.account), part).0
    }
}
