internal import CoreConfig
internal import CoreMail

/// What becomes of mail that a program wrote in answer to other mail: bounces, out-of-office notes.
///
/// An SMS for each bounce of an SMS would be a loop with a bill. Alerts are automatic too and often
/// say so (`Auto-Submitted: auto-generated`), so by default only delivery reports with the null
/// reverse-path are left out: RFC 3464 reports are never alerts.
enum AutomaticMessage {
    /// Nil: it is to be sent.
    static func outcome(
        _ message: PreparedMessage, _ recipient: String, _ envelope: Envelope,
        _ setting: MessageSettings.AutoReplies
    ) -> Outcome? {
        let isReport = envelope.reversePath.isEmpty && message.message.isDeliveryReport
        let isAutomatic = isReport || envelope.reversePath.isEmpty || message.message.isAutomatic
        switch setting {
        case .send: return nil
        case .discardBounces: return isReport ? discarded(recipient, "a delivery report") : nil
        case .discard: return isAutomatic ? discarded(recipient, "an automatic message") : nil
        case .reject:
            guard isAutomatic else { return nil }
            return .failed(
                .automaticMessageRefused, recipient, "automatic messages are not sent as SMS")
        }
    }

    private static func discarded(_ recipient: String, _ what: String) -> Outcome {
        Outcome(
            recipient: recipient, result: .discarded,
            text: "\(what), not sent as SMS ([message] auto_replies)")
    }
}
