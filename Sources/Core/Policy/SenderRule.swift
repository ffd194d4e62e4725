/// `[[sender]]`: what one kind of sender may do. The first rule that matches decides.
package struct SenderRule: Hashable, Sendable {
    /// Any one of them makes the rule match.
    package var match: [SenderPattern]
    /// Nil: anyone.
    package var to: [RecipientPattern]?
    /// Calling codes with the `+`. Nil: as `[policy]` says.
    package var countries: [String]?
    /// Nil: as `[policy]` says.
    package var refusedKinds: Set<RefusableKind>?
    /// When it may send. Empty: as `[policy]` says.
    package var hours: [TimeWindow]
    /// What the MTA must have found out about the sender. Nil: nothing.
    package var requirement: AuthenticationMethod?
    package var budget: Budget

    package init(
        match: [SenderPattern], to: [RecipientPattern]? = nil, countries: [String]? = nil,
        refusedKinds: Set<RefusableKind>? = nil, hours: [TimeWindow] = [],
        requirement: AuthenticationMethod? = nil, budget: Budget = Budget()
    ) {
        self.match = match
        self.to = to
        self.countries = countries
        self.refusedKinds = refusedKinds
        self.hours = hours
        self.requirement = requirement
        self.budget = budget
    }

    package func matches(_ sender: Sender) -> Bool { match.contains { $0.matches(sender) } }
}

/// Whom a sender may write to: a glob on the number, or on the name that was written to.
package struct RecipientPattern: Hashable, Sendable {
    private let glob: Glob
    private let isNumber: Bool

    package static let hint = "a number glob like \"+1*\", or the name of an alias"

    /// Nil for a number glob that no number can match.
    package init?(_ text: String) {
        isNumber = text.hasPrefix("+")
        guard !text.isEmpty else { return nil }
        if isNumber {
            let rest = text.utf8.dropFirst()
            guard rest.allSatisfy({ (48...57).contains($0) || "*?".utf8.contains($0) }) else {
                return nil
            }
        }
        glob = Glob(text)
    }

    /// - Parameters:
    ///   - e164: the number that would be sent to.
    ///   - name: the local part as it was written, without an option.
    package func matches(e164: String, name: String) -> Bool {
        glob.matches(isNumber ? e164 : name)
    }
}

/// A verdict of the MTA in Authentication-Results (RFC 8601 §2.7).
package enum AuthenticationMethod: String, CaseIterable, Sendable {
    case dmarc, spf, dkim
}
