package import CorePolicy

extension Configuration {
    /// The rules of `[policy]`, `[[sender]]` and `[[limit]]`, ready to be asked.
    package var rules: Policy {
        var rules = Policy()
        rules.senders = policy.senders
        rules.limits = policy.limits
        rules.countries = policy.countries
        rules.refusedKinds = policy.refusedKinds
        rules.hours = policy.hours
        return rules
    }
}
