package import CorePolicy

/// `[policy]`, `[[sender]]` and `[[limit]]`: who may send what.
package struct PolicySettings: Hashable, Sendable {
    /// Where `lmtpd` answers the policy protocol. Empty: nowhere.
    package let listen: [ListenAddress]
    /// The recipients' domains that it answers for; for others it has no opinion. Empty: all.
    package let domains: [Glob]
    /// The operator's own policy service, asked about each message. Nil: none.
    package let ask: ListenAddress?
    package let askTimeout: Duration
    /// What is done when it does not answer.
    package let askFailure: Budget.OverCap
    /// The header field in which our MTA names the login. Nil: none is believed.
    package let authHeader: String?
    /// Whose Authentication-Results are believed. Nil: nobody's.
    package let authservID: String?
    /// Calling codes with the `+`. Nil: all.
    package let countries: [String]?
    package let refusedKinds: Set<RefusableKind>
    /// When anything is sent at all. Empty: always.
    package let hours: [TimeWindow]
    /// Where warnings go. Nil: into the log alone.
    package let warnTo: String?
    /// The MTA that takes them.
    package let warnVia: ListenAddress
    /// The share of a cap at which the warning is written.
    package let warnPercent: Int
    package let senders: [SenderRule]
    package let limits: [Limit]

    init(readingFrom section: Section, senders: [Section], limits: [Section]) {
        listen = section.list("listen", ListenAddress.hint, ListenAddress.init) ?? []
        domains = section.strings("domains")?.map { Glob($0) } ?? []
        ask = section.parsed("ask", ListenAddress.hint, ListenAddress.init)
        askTimeout =
            section.duration("ask_timeout", in: .milliseconds(10)...(.seconds(60)))
            ?? .seconds(5)
        askFailure = section.choice("ask_failure") ?? .defer
        let header = section.string("auth_header")
        authHeader = header == nil ? "X-SMS-Auth" : header.flatMap { $0.isEmpty ? nil : $0 }
        let authservID = section.parsed("authserv_id", "the name in Authentication-Results") { $0 }
        self.authservID = authservID
        countries = section.countries("countries")
        refusedKinds = section.choices("refuse_kinds").map(Set.init) ?? RefusableKind.standard
        hours = section.list("hours", TimeWindow.hint, TimeWindow.init) ?? []
        warnTo = section.parsed("warn_to", "an address, as in \"postmaster@example.org\"") { text in
            text.contains("@") && text.utf8.allSatisfy { (33...126).contains($0) && $0 != 62 }
                ? text : nil
        }
        warnVia =
            section.parsed("warn_via", ListenAddress.hint, ListenAddress.init)
            ?? .inet(host: "127.0.0.1", port: 25)
        warnPercent = section.integer("warn_percent", in: 1...100) ?? 80
        self.senders = senders.map { SenderRule(readingFrom: $0, hasAuthservID: authservID != nil) }
        self.limits = limits.compactMap { Limit(readingFrom: $0) }
        for address in listen where !address.isLocal {
            section.problem(
                "listen", "\(address) is open to other hosts; policy answers only this one")
        }
    }
}

extension SenderRule {
    fileprivate init(readingFrom section: Section, hasAuthservID: Bool) {
        let match = section.list("match", SenderPattern.hint, SenderPattern.init)
        self.init(
            match: match ?? [],
            to: section.list("to", RecipientPattern.hint, RecipientPattern.init),
            countries: section.countries("countries"),
            refusedKinds: section.choices("refuse_kinds").map(Set.init),
            hours: section.list("hours", TimeWindow.hint, TimeWindow.init) ?? [],
            requirement: section.choice("require"),
            budget: Budget(readingFrom: section))
        if match == nil {
            section.problem("match", "missing: each [[sender]] needs \(SenderPattern.hint)")
        }
        if requirement != nil, !hasAuthservID {
            section.problem("require", "needs authserv_id in [policy]: whose verdict is believed?")
        }
        section.finish()
    }
}

extension Limit {
    fileprivate init?(readingFrom section: Section) {
        let scope: Scope? = section.choice("per")
        let countries = section.countries("countries")
        let budget = Budget(readingFrom: section)
        if !section.contains("per") {
            let words = Scope.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            section.problem("per", "missing: each [[limit]] needs one of \(words)")
        } else if budget.isUnlimited {
            section.problem("per", "no limit given: set rate, daily_segments or monthly_segments")
        }
        section.finish()
        guard let scope else { return nil }
        self.init(scope: scope, countries: countries, budget: budget)
    }
}

extension Budget {
    fileprivate init(readingFrom section: Section) {
        self.init(
            rate: section.parsed("rate", Rate.hint, Rate.init),
            dailySegments: section.integer("daily_segments", in: 0...1_000_000_000),
            monthlySegments: section.integer("monthly_segments", in: 0...1_000_000_000),
            overCap: section.choice("over_cap") ?? .defer)
    }
}

extension Section {
    /// A list of calling codes. Nil when absent.
    fileprivate func countries(_ key: String) -> [String]? {
        list(key, "a calling code with its plus sign, as in \"+44\"") { text in
            let digits = text.utf8.dropFirst()
            return text.hasPrefix("+") && (1...7).contains(digits.count)
                && digits.allSatisfy { (48...57).contains($0) } && digits.first != 48 ? text : nil
        }
    }
}
