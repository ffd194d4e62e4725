internal import CoreAddress
package import CoreJournal

/// A message that the rules allow, if there is enough left: what the journal has to take for it.
///
/// The charges go with the claim of the first part, so that they are taken with it or not at all,
/// in all processes at once. `refusal(for:retryAfter:)` turns the journal's answer into words.
package struct Allowance: Hashable, Sendable {
    private let entries: [Entry]
    /// What one alert, however long, takes from its recipient's bucket. Nil: it is not folded. Not
    /// among the charges: where it is lacking, the mail is not just deferred.
    package private(set) var storm: QuotaCharge?

    /// One charge, and what its limit means to people.
    private struct Entry: Hashable, Sendable {
        let charge: QuotaCharge
        let isRate: Bool
        let overCap: Budget.OverCap
        /// `daily limit of 500 segments of this sender`.
        let limit: String
    }

    package var charges: [QuotaCharge] { entries.map(\.charge) }

    /// `daily limit of 500 segments for this sender`.
    func limit(of charge: QuotaCharge) -> String {
        entries.first { $0.charge == charge }?.limit ?? charge.name
    }

    /// Throws where the message alone is more than a cap: no waiting would help.
    init(_ question: Policy.Question, _ rule: SenderRule?, _ limits: [Limit]) throws(PolicyRefusal)
    {
        var entries: [Entry] = []
        if let rule, !rule.budget.isUnlimited {
            entries += try Self.entries(
                rule.budget, "rule:\(rule.label)", "for this sender", question)
        }
        for limit in limits {
            guard let (name, whose) = limit.account(of: question) else { continue }
            entries += try Self.entries(limit.budget, name, whose, question)
        }
        self.entries = entries
    }

    private init(_ entries: [Entry], _ storm: QuotaCharge?) {
        self.entries = entries
        self.storm = storm
    }

    mutating func fold(beyond rate: Rate, _ number: PhoneNumber) {
        storm = QuotaCharge(
            name: "storm \(rate):\(number.e164)",
            limit: .bucket(capacity: rate.count, interval: rate.period), amount: 1)
    }

    /// The same for a message of so many segments. Nil where it alone is more than a cap.
    package func weighing(_ segments: Int) -> Allowance? {
        var weighed: [Entry] = []
        for entry in entries {
            if case .counter(let most, _) = entry.charge.limit, segments > most { return nil }
            let charge = QuotaCharge(
                name: entry.charge.name, limit: entry.charge.limit, amount: segments)
            weighed.append(
                Entry(
                    charge: charge, isRate: entry.isRate, overCap: entry.overCap,
                    limit: entry.limit))
        }
        return Allowance(weighed, storm)
    }

    /// What to answer when the journal found too little left of the charge of that name.
    ///
    /// - Parameter retryAfter: when a bucket will hold enough; nil for a cap.
    package func refusal(for name: String, retryAfter: Duration?) -> PolicyRefusal {
        if let storm, storm.name == name, case .bucket(let count, let period) = storm.limit {
            let wait = retryAfter.map { " about \(Self.text(of: $0))" } ?? ""
            return PolicyRefusal(
                .overRate,
                "over \(count) alerts in \(Self.text(of: period)) to this recipient; the mail waits"
                    + "\(wait) and tells of those after it", detail: "[storm]")
        }
        guard let entry = entries.first(where: { $0.charge.name == name }) else {
            return PolicyRefusal(.overRate, "over a limit; the mail waits", detail: name)
        }
        if entry.isRate {
            let wait = retryAfter.map { " about \(Self.text(of: $0))" } ?? ""
            return PolicyRefusal(
                .overRate, "over the \(entry.limit); the mail waits\(wait)", detail: name)
        }
        switch entry.overCap {
        case .defer:
            return PolicyRefusal(
                .capReached, "\(entry.limit) is used up; the mail waits", detail: name)
        case .reject:
            return PolicyRefusal(.capExceeded, "\(entry.limit) is used up", detail: name)
        }
    }

    private static func entries(
        _ budget: Budget, _ name: String, _ whose: String, _ question: Policy.Question
    ) throws(PolicyRefusal) -> [Entry] {
        var entries: [Entry] = []
        func add(_ suffix: String, _ limit: QuotaCharge.Limit, isRate: Bool, _ text: String) {
            let charge = QuotaCharge(
                name: "\(name):\(suffix)", limit: limit, amount: question.segments)
            entries.append(
                Entry(charge: charge, isRate: isRate, overCap: budget.overCap, limit: text))
        }
        if let rate = budget.rate {
            // Two limits of the same kind may have a rate each, so the rate is part of the name.
            add(
                "rate \(rate)", .bucket(capacity: rate.count, interval: rate.period), isRate: true,
                "rate of \(rate.count) segments in \(text(of: rate.period)) \(whose)")
        }
        let caps = [
            (budget.dailySegments, "day", "daily", question.time.day),
            (budget.monthlySegments, "month", "monthly", question.time.month),
        ]
        for case (let most?, let suffix, let adjective, let period) in caps {
            let text = "\(adjective) limit of \(most) segments \(whose)"
            guard question.segments <= most else {
                throw PolicyRefusal(
                    .capExceeded, "\(question.segments) segments are more than the \(text)",
                    detail: name)
            }
            add(suffix, .counter(most: most, period: period), isRate: false, text)
        }
        return entries
    }

    /// `45 s`, `10 min`, `3 h`, rounded up.
    private static func text(of duration: Duration) -> String {
        let seconds = max(
            1, (duration.components.seconds) + (duration.components.attoseconds > 0 ? 1 : 0))
        if seconds < 120 { return seconds == 60 ? "1 min" : "\(seconds) s" }
        if seconds < 7200 { return seconds == 3600 ? "1 h" : "\((seconds + 59) / 60) min" }
        return "\((seconds + 3599) / 3600) h"
    }
}

extension Limit {
    /// The name of the counter that this message is charged to, and whose it is in words. Nil when
    /// the limit is not about its number.
    fileprivate func account(of question: Policy.Question) -> (name: String, whose: String)? {
        let number = question.number
        if let countries, !countries.contains(where: { number.e164.hasPrefix($0) }) { return nil }
        let only = countries.map { "[\($0.sorted().joined(separator: ","))]" } ?? ""
        switch scope {
        case .sender: return ("sender\(only):\(question.sender.identity)", "for this sender")
        case .recipient: return ("recipient\(only):\(number.e164)", "for this recipient")
        case .country:
            let code = "+\(number.callingCode ?? "?")"
            return ("country\(only):\(code)", "for \(code) numbers")
        case .installation: return ("installation\(only)", "for this host")
        }
    }
}

extension SenderRule {
    /// How logs and counters call it: its `match`.
    var label: String { match.map(\.text).joined(separator: " | ") }
}
