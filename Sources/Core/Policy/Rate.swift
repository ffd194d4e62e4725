internal import CoreJournal

/// So many segments in so much time: `10/min`, `100/h`, `30/10min`. The time is a month at most.
///
/// As a token bucket: it holds `count` segments and fills up again in `period`.
package struct Rate: Hashable, Sendable {
    /// At least 1.
    package let count: Int
    /// At least a second.
    package let period: Duration

    /// What an operator has to write.
    package static let hint =
        "a rate in segments in at most 31 days, as in \"10/min\", \"100/h\" or \"30/10min\""

    package init?(_ text: String) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let count = Self.number(halves[0]), count >= 1 else { return nil }
        let digits = halves[1].prefix { $0.isASCII && $0.isNumber }
        guard let times = digits.isEmpty ? 1 : Self.number(digits), times >= 1 else { return nil }
        let seconds: Int
        switch halves[1].dropFirst(digits.count) {
        case "s", "sec", "second": seconds = 1
        case "m", "min", "minute": seconds = 60
        case "h", "hour": seconds = 3600
        case "d", "day": seconds = 86_400
        default: return nil
        }
        self.count = count
        period = .seconds(times * seconds)
        // The journal forgets what is older; for longer times there are caps.
        guard period <= QuotaCharge.longestInterval else { return nil }
    }

    /// At most six digits: no rate needs more, and no product of them overflows.
    private static func number(_ text: Substring) -> Int? {
        guard (1...6).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        return Int(text)
    }
}

extension Rate: CustomStringConvertible {
    package var description: String { "\(count)/\(period.components.seconds)s" }
}
