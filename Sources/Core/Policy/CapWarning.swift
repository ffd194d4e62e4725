package import CoreJournal

/// A cap that is nearly used up: what the operator is told, once in its day or month.
package struct CapWarning: Hashable, Sendable {
    /// `400 of the daily limit of 500 segments for this sender are used: rule:*@m.example:day`.
    package let text: String
    /// The journal takes it the first time only: whoever gets it tells the operator.
    package let marker: QuotaCharge
}

extension Allowance {
    /// The charges that count up to a cap.
    package var caps: [QuotaCharge] {
        charges.filter { if case .counter = $0.limit { true } else { false } }
    }

    /// The caps of which at least `percent` are used.
    ///
    /// - Parameter used: for each of `caps`, in their order, what the journal has counted.
    package func warnings(used: [Int], percent: Int) -> [CapWarning] {
        zip(caps, used).compactMap { charge, used in
            guard case .counter(let most, let period) = charge.limit,
                used * 100 >= most * percent, most > 0
            else { return nil }
            return CapWarning(
                text: "\(used) of the \(limit(of: charge)) are used: \(charge.name)",
                marker: QuotaCharge(
                    name: "warned:\(charge.name)", limit: .counter(most: 1, period: period),
                    amount: 1))
        }
    }
}
