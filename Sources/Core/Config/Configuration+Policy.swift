package import CorePolicy

extension Configuration {
    /// The rules of `[policy]`, `[[sender]]`, `[[limit]]` and `[storm]`, ready to be asked.
    package var rules: Policy {
        var rules = Policy()
        rules.senders = policy.senders
        rules.limits = policy.limits
        rules.countries = policy.countries
        rules.refusedKinds = policy.refusedKinds
        rules.hours = policy.hours
        rules.storm = storm.alerts
        return rules
    }
}
