/// What may go wrong with a request, seen from the client.
enum FaultKind: String, Codable, CaseIterable, Sendable {
    /// The answer is right but late by `ms`.
    case latency
    /// 429: nothing was processed. `Retry-After` stands in it if `ms` is given.
    case tooMany = "429"
    /// 401, whatever the credentials.
    case unauthorized = "401"
    /// 403: the key may not do this.
    case forbidden = "403"
    /// 500, and nothing was accepted.
    case errorBefore = "500-before"
    /// 500, but the message was accepted.
    case errorAfter = "500-after"
    /// TCP reset with the body of the request unread.
    case resetBefore = "reset-before"
    /// TCP reset in place of the response; the message was accepted.
    case resetAfter = "reset-after"
    /// TCP reset in the middle of the response.
    case resetInside = "reset-inside"
    /// The response ends in its middle.
    case truncated
    /// 200 with a page in HTML, as a proxy gives it; the message was accepted.
    case notJSON = "not-json"
    /// 201 with a message that has no SID; the message was accepted.
    case noSID = "no-sid"
    /// The response dribbles in over `ms`.
    case slow
}

/// A fault that was asked for: which, how often, on what.
///
/// In JSON as the control interface takes it:
/// `{"kind":"latency","rate":0.1,"ms":150}`, `{"kind":"500-after","count":5,"method":"POST"}`.
struct Fault: Codable, Sendable {
    let kind: FaultKind
    /// Probability, 0 to 1. nil when `count` is given.
    var rate: Double?
    /// The number of requests still to be hit. nil when `rate` is given.
    var count: Int?
    /// Milliseconds, for latency and slow; for 429 what `Retry-After` says, rounded up to seconds.
    var ms: Int?
    /// Only requests with this method; nil for all.
    var method: String?

    private static let standardMilliseconds = 1000

    static func duration(_ milliseconds: Int?) -> Duration {
        .milliseconds(milliseconds ?? standardMilliseconds)
    }

    struct BadFault: Error, CustomStringConvertible {
        let description: String
    }

    /// Refuses what could not mean anything.
    func checked() throws(BadFault) -> Self {
        switch (rate, count) {
        case (nil, nil):
            throw BadFault(description: "say how often: \"rate\" (0 to 1) or \"count\"")
        case (.some, .some):
            throw BadFault(description: "give \"rate\" or \"count\", not both")
        case (let rate?, nil):
            guard (0...1).contains(rate) else {
                throw BadFault(description: "\"rate\" is a probability, from 0 to 1")
            }
        case (nil, let count?):
            guard count > 0 else { throw BadFault(description: "\"count\" is at least 1") }
        }
        guard (0...600_000).contains(ms ?? 0) else {
            throw BadFault(description: "\"ms\" is at most 600000, ten minutes")
        }
        return self
    }

    /// Reads `KIND:RATE|COUNT[:MS]` of the command line; a rate has a point or a percent sign.
    static func parse(_ text: String) throws(BadFault) -> Self {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (2...3).contains(parts.count), let kind = FaultKind(rawValue: parts[0]) else {
            let kinds = FaultKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw BadFault(
                description: "'\(text)' is not KIND:RATE|COUNT[:MS]; the kinds are \(kinds)")
        }
        var fault = Fault(kind: kind)
        if parts[1].hasSuffix("%") {
            fault.rate = Double(parts[1].dropLast()).map { $0 / 100 }
        } else if parts[1].contains(".") {
            fault.rate = Double(parts[1])
        } else {
            fault.count = Int(parts[1])
        }
        if parts.count == 3 {
            guard let milliseconds = Int(parts[2]) else {
                throw BadFault(description: "'\(parts[2])' is not a number of milliseconds")
            }
            fault.ms = milliseconds
        }
        return try fault.checked()
    }
}
