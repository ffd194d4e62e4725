/// How much may be sent: a rate and caps, all in segments, because segments are what costs.
package struct Budget: Hashable, Sendable {
    /// Nil: no limit.
    package var rate: Rate?
    /// In a day of the host's time zone. Nil: no limit.
    package var dailySegments: Int?
    /// In a calendar month. Nil: no limit.
    package var monthlySegments: Int?
    package var overCap: OverCap

    /// What is answered when a cap is used up. Over a rate the mail always waits.
    package enum OverCap: String, CaseIterable, Sendable {
        /// The mail waits in the MTA's queue for the next day or month.
        case `defer`
        /// It bounces at once.
        case reject
    }

    package init(
        rate: Rate? = nil, dailySegments: Int? = nil, monthlySegments: Int? = nil,
        overCap: OverCap = .defer
    ) {
        self.rate = rate
        self.dailySegments = dailySegments
        self.monthlySegments = monthlySegments
        self.overCap = overCap
    }

    package var isUnlimited: Bool { rate == nil && dailySegments == nil && monthlySegments == nil }
}

/// `[[limit]]`: a budget that each sender, each recipient, each country or all together have.
package struct Limit: Hashable, Sendable {
    package var scope: Scope
    /// Only for numbers of these calling codes, with the `+`. Nil: for all.
    package var countries: [String]?
    package var budget: Budget

    package enum Scope: String, CaseIterable, Sendable {
        /// Each login name, else each reverse-path, has its own.
        case sender
        /// Each number has its own.
        case recipient
        /// Each calling code has its own.
        case country
        /// One for everything that this journal sees.
        case installation
    }

    package init(scope: Scope, countries: [String]? = nil, budget: Budget) {
        self.scope = scope
        self.countries = countries
        self.budget = budget
    }
}
