internal import CoreAddress
internal import CoreConfig
internal import CoreMail
internal import CorePolicy
internal import CoreSMS
internal import CoreSystem
internal import CoreTwilio

/// The operator's own word on a message, after all rules of ours have let it through.
extension Deliver {
    /// Nil: it may be sent.
    func objection(
        of asker: any PolicyAsker, to plan: Plan, _ message: PreparedMessage, _ envelope: Envelope
    ) async -> Outcome? {
        let advice = await asker.ask(question(on: plan, message, envelope))
        switch advice {
        case .allow: return nil
        case .reject(let text): return refusal(.senderNotAllowed, plan.recipient, text)
        case .wait(let text): return refusal(.policyDefers, plan.recipient, text)
        case .discard(let text):
            return Outcome(
                recipient: plan.recipient, result: .discarded,
                text: text.isEmpty ? "discarded by this host's policy" : text)
        case .unclear(let reason):
            log(.error, "[policy] ask has no answer", ["reason": reason])
            let failure: Failure =
                configuration.policy.askFailure == .reject ? .senderNotAllowed : .policyDefers
            return .failed(
                failure, plan.recipient, "this host's policy cannot be asked", detail: reason)
        }
    }

    /// What Postfix would ask, and the text with its cost.
    private func question(
        on plan: Plan, _ message: PreparedMessage, _ envelope: Envelope
    ) -> PolicyRequest {
        var question = PolicyRequest()
        question["request"] = "smtpd_access_policy"
        question["protocol_state"] = "END-OF-MESSAGE"
        question["sender"] = envelope.reversePath
        question["recipient"] = plan.recipient
        question["client_address"] = envelope.clientAddress ?? ""
        question["client_name"] = envelope.clientName ?? ""
        question["helo_name"] = envelope.helo ?? ""
        question["sasl_username"] = envelope.saslUser ?? ""
        question["queue_id"] = envelope.queueID ?? ""
        question["size"] = "\(message.message.bytes.count)"
        question["sms_route"] = plan.route
        question["sms_from"] = plan.sender.wireForm
        question["sms_to"] = plan.numbers.map(\.e164).joined(separator: ",")
        question["sms_text"] = plan.composition.messages.joined(separator: "\n")
        question["sms_segments"] = "\(plan.composition.segments * plan.numbers.count)"
        return question
    }

    /// A service may put an enhanced status in front of its text; ours comes from the table.
    private func refusal(_ failure: Failure, _ recipient: String, _ text: String) -> Outcome {
        var words = text.split(separator: " ")[...]
        if let first = words.first, first.split(separator: ".").count == 3,
            first.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") })
        {
            words.removeFirst()
        }
        let plain = words.joined(separator: " ")
        return .failed(
            failure, recipient, plain.isEmpty ? "refused by this host's policy" : plain)
    }
}
