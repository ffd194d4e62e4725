internal import CoreConfig
internal import CoreJournal
internal import CorePolicy
internal import CoreSystem

/// Tells the operator when a cap is nearly used up, before mail has to wait for it.
extension Deliver {
    /// Looks at what has just been charged. Nothing that goes wrong here concerns the message.
    func watchCaps(_ allowances: [Allowance]) async {
        for allowance in allowances where !allowance.caps.isEmpty {
            let caps = allowance.caps
            do throws(JournalError) {
                let used = try await journal.read { (ledger) throws(JournalError) in
                    try ledger.used(caps)
                }
                let warnings = allowance.warnings(
                    used: used, percent: configuration.policy.warnPercent)
                for warning in warnings where try await journal.reserve([warning.marker]) == nil {
                    tell(warning)
                }
            } catch {
                log(.error, "caps cannot be watched", ["reason": error.description])
            }
        }
    }

    private func tell(_ warning: CapWarning) {
        let masks = configuration.log.masksNumbers
        let text = masks ? DeliveryLog.masked(warning.text) : warning.text
        log(.warning, "a cap is nearly used up", ["cap": text])
        guard let recipient = configuration.policy.warnTo else { return }
        post(
            OperatorMail(
                to: recipient, via: configuration.policy.warnVia,
                subject: "SMS: a limit is nearly used up",
                text: "\(text)\n\nWhat is over it will wait, or bounce, as over_cap in smsmda.toml"
                    + " says. This is said\nonce in the limit's day or month.\n",
                time: clock.now()))
    }
}
