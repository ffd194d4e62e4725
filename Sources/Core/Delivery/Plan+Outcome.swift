internal import CoreAddress

extension Plan {
    /// What the mail system hears of a recipient whose numbers had these results.
    ///
    /// One number, its own result. A group: all sent is sent; a failure that may pass speaks for all,
    /// because the retry goes to all and the journal keeps the others from being sent again; else
    /// every number that failed for good is named.
    ///
    /// - Parameter results: of the numbers that policy allows, and of those which it refuses now but
    ///   which the journal has from an earlier try.
    func outcome(_ results: [PhoneNumber: NumberResult]) -> Outcome {
        var sent: [PartResult.Sent] = []
        var folded = 0
        var problems: [(number: PhoneNumber, problem: Problem)] = []
        for target in targets {
            switch (results[target.number], target.permission) {
            case (.sent(let parts)?, _): sent += parts
            case (.folded?, _): folded += 1
            case (.failed(let problem)?, _), (nil, .failure(let problem)):
                problems.append((target.number, problem))
            case (nil, .success): preconditionFailure("a number was forgotten")
            }
        }
        let transient = problems.filter {
            $0.problem.failure.status.statusClass == .transient
        }
        guard let decisive = (transient.first ?? problems.first)?.problem else {
            return sentOutcome(sent, folded: folded)
        }
        let named = transient.isEmpty ? problems : transient
        let text =
            numbers.count == 1
            ? decisive.text
            : named.map { "\($0.number.e164): \($0.problem.text)" }.joined(separator: "; ")
        return Outcome(
            recipient: recipient, result: .failed(decisive.failure), text: text,
            detail: named.compactMap(\.problem.detail).first)
    }

    /// - Parameter folded: numbers to which a later SMS says that there was this alert too.
    private func sentOutcome(_ sent: [PartResult.Sent], folded: Int) -> Outcome {
        if sent.isEmpty {
            return Outcome(
                recipient: recipient, result: .folded,
                text: "folded: too many alerts to this recipient; a later SMS says how many more")
        }
        let result = Outcome.Sent(
            sids: sent.map(\.sid), segments: sent.map(\.segments).reduce(0, +),
            isRepeat: sent.allSatisfy(\.isRepeat), told: sent.map(\.told).reduce(0, +))
        let first = result.sids.first ?? ""
        let more = result.sids.count > 1 ? " and \(result.sids.count - 1) more" : ""
        let told = result.told > 0 ? ", which tells of \(result.told) folded" : ""
        let rest = folded > 0 ? "; folded for \(folded) of \(numbers.count) numbers" : ""
        let words = result.isRepeat ? "sent before as" : "sent as"
        return Outcome(
            recipient: recipient, result: .sent(result),
            text: "\(words) \(first)\(more)\(told)\(rest)")
    }
}

extension Outcome {
    init(_ recipient: String, _ problem: Problem) {
        self.init(
            recipient: recipient, result: .failed(problem.failure), text: problem.text,
            detail: problem.detail)
    }
}
