internal import CoreAddress
internal import CoreConfig
internal import CoreJournal
internal import CoreSystem

/// What was sent stays sent: a retry hears the SID although rules, hours or the operator's own service
/// have changed their mind since.
///
/// The normal path needs none of this: its claim finds the row. Only where policy is about to refuse
/// or to defer, the journal is asked first.
extension Deliver {
    /// Of these numbers, those that an earlier try of this message was allowed to write to.
    func recall(_ targets: [Plan.Target], of plan: Plan) async -> [PhoneNumber: NumberResult] {
        var results: [PhoneNumber: NumberResult] = [:]
        for target in targets {
            let shipment = Plan.Shipment(plan: plan, number: target.number, allowance: nil)
            results[target.number] = await inOrder(shipment) { part in await recall(part) }
        }
        return results
    }

    /// Whether the journal has anything from this sender to this recipient: then a message may be a
    /// retry, which only its octets tell.
    func hasSent(to numbers: [PhoneNumber], _ recipient: String, _ envelope: Envelope) async -> Bool
    {
        if numbers.isEmpty { return false }
        do throws(JournalError) {
            return try await journal.read { (ledger) throws(JournalError) in
                for number in numbers
                where try ledger.has(
                    to: number.e164, recipient: recipient, reversePath: envelope.reversePath)
                {
                    return true
                }
                return false
            }
        } catch {
            log(.error, "journal cannot be used", ["reason": error.description])
            return false
        }
    }

    /// Nil: it was never tried, or was tried and certainly not sent.
    private func recall(_ part: Plan.Part) async -> PartResult? {
        let key = part.claim.key
        do throws(JournalError) {
            let known = try await journal.read { (ledger) throws(JournalError) in
                try ledger.recall(key)
            }
            guard var answer = known else { return nil }
            if case .reconcile(let uncertain) = answer {
                answer = try await journal.resolve(
                    uncertain, await inquiry(uncertain, part.account))
            }
            if case .send(let claim) = answer {
                // Not there, and now it must not be sent: as if it had never been tried.
                try await journal.settle(claim, .released)
                return nil
            }
            return PartResult(answer, part)
        } catch {
            log(.error, "journal cannot be used", ["reason": error.description])
            guard configuration.journal.isRequired else { return nil }
            return .failed(
                Problem(.journal, "the journal cannot be used; the mail waits", detail: "\(error)"))
        }
    }
}
