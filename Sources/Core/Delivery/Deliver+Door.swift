internal import CoreAddress
internal import CoreConfig
internal import CoreJournal
internal import CorePolicy
internal import CoreSystem

/// What is already certain at the MTA's own door, where the sender still listens.
extension Deliver {
    /// The refusal that a message to this recipient would meet later, as far as envelope and size
    /// decide it. Nil: none that is certain.
    ///
    /// Unlike `check`, it takes the envelope as complete: the asker knows who has logged in. Nothing
    /// is counted: a limit is only looked at. What would be deferred is no refusal here: the MTA's
    /// queue waits better than most senders do.
    package func judge(_ recipient: String, size: Int?, _ envelope: Envelope) async -> Outcome? {
        if let size, size > configuration.lmtp.maxMessageSize {
            return .failed(
                .messageTooLarge, recipient,
                "\(size) octets are more than the \(configuration.lmtp.maxMessageSize) taken here")
        }
        let allowances: [Allowance]
        do throws(Problem) {
            allowances = try self.allowances(recipient, envelope)
        } catch {
            return error.failure.status.statusClass == .permanent ? Outcome(recipient, error) : nil
        }
        var refusal: PolicyRefusal?
        for allowance in allowances {
            // Of a group one number is enough: the others are told after the message.
            guard let found = await exhausted(allowance) else { return nil }
            refusal = refusal ?? found
        }
        return refusal.map { Outcome(recipient, Problem($0)) }
    }

    /// Of the numbers that may be written to; throws the first refusal where there is none.
    private func allowances(
        _ recipient: String, _ envelope: Envelope
    ) throws(Problem) -> [Allowance] {
        let routing = try Routing(recipient, envelope, configuration)
        let permission = Permission(
            routing, envelope, nil, configuration, time: LocalTime(clock.now()))
        var allowances: [Allowance] = []
        var problem: Problem?
        for number in routing.numbers {
            do throws(Problem) {
                allowances.append(try permission.allowance(for: number, segments: 1))
            } catch {
                problem = problem ?? error
            }
        }
        if allowances.isEmpty, let problem { throw problem }
        return allowances
    }

    /// Nil where one segment would be taken, where the mail would only wait, and where the journal
    /// does not say.
    private func exhausted(_ allowance: Allowance) async -> PolicyRefusal? {
        if allowance.charges.isEmpty { return nil }
        do throws(JournalError) {
            guard let exceeded = try await journal.reserve(allowance.charges) else {
                try await journal.refund(allowance.charges)
                return nil
            }
            let refusal = allowance.refusal(for: exceeded.name, retryAfter: exceeded.retryAfter)
            return refusal.kind == .capExceeded ? refusal : nil
        } catch {
            log(.error, "journal cannot be used", ["reason": error.description])
            return nil
        }
    }
}
