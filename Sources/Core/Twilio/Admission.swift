/// Decides whether a request may leave now: how many at once, and whether there is any point.
///
/// Two rules. The limit is halved when the provider says 429 and grows back by one for each limit's
/// worth of answers, so the rate settles just under what the provider takes. The breaker opens
/// after `failuresToOpen` failures in a row to reach the provider: from then on requests are
/// refused at once, and after a pause one alone is let through to see.
/// Pure: the caller brings the time, counts nothing itself and tells how each request ended.
package struct Admission: Sendable {
    /// Permission for one request; give it back with `ended`.
    package struct Ticket: Sendable {
        let started: Duration
        let isProbe: Bool
    }

    package enum Answer: Sendable {
        case go(Ticket)
        /// Ask again when a request has ended, and at `nextLook`.
        case wait
        case refused(reason: String)
    }

    package enum Ending: Sendable {
        /// An answer came, whatever it says.
        case answered
        /// The provider said 429, perhaps with a time to come back.
        case busy(retryAfter: Duration?)
        /// It could not be reached, or the connection broke.
        case unreachable
    }

    private enum Breaker: Sendable {
        case closed(failures: Int)
        case open(until: Duration, pause: Duration)
        case probing(pause: Duration)
    }

    package let maximum: Int
    package private(set) var inFlight = 0
    private var limit: Double
    private var lastHalved: Duration?
    private var pausedUntil: Duration?
    private var breaker = Breaker.closed(failures: 0)

    static let failuresToOpen = 5
    static let shortestPause = Duration.seconds(1)
    static let longestPause = Duration.seconds(30)
    /// A longer `Retry-After` is not waited for in one go: the MTA's queue is the better place.
    static let longestRetryAfter = Duration.seconds(60)

    package init(maximum: Int) {
        self.maximum = maximum
        limit = Double(maximum)
    }

    /// Requests that may be in flight now.
    package var currentLimit: Int { Int(limit) }

    package var isOpen: Bool {
        if case .closed = breaker { false } else { true }
    }

    package mutating func ask(now: Duration) -> Answer {
        switch breaker {
        case .open(let until, let pause):
            guard until <= now else { return .refused(reason: "not reached a moment ago") }
            breaker = .probing(pause: pause)
            inFlight += 1
            return .go(Ticket(started: now, isProbe: true))
        case .probing: return .refused(reason: "not reached a moment ago; trying with one request")
        case .closed: break
        }
        if let pausedUntil, now < pausedUntil { return .wait }
        guard inFlight < currentLimit else { return .wait }
        inFlight += 1
        return .go(Ticket(started: now, isProbe: false))
    }

    package mutating func ended(_ ticket: Ticket, _ ending: Ending, now: Duration) {
        inFlight -= 1
        switch ending {
        case .answered:
            breaker = .closed(failures: 0)
            limit = min(Double(maximum), limit + 1 / limit)
        case .busy(let retryAfter):
            breaker = .closed(failures: 0)
            // Requests that left before the last halving say nothing about the new limit.
            if lastHalved.map({ ticket.started > $0 }) ?? true {
                limit = max(1, limit / 2)
                lastHalved = now
            }
            if let retryAfter {
                let until = now + min(retryAfter, Self.longestRetryAfter)
                pausedUntil = max(pausedUntil ?? until, until)
            }
        case .unreachable: failed(ticket, now: now)
        }
    }

    private mutating func failed(_ ticket: Ticket, now: Duration) {
        switch breaker {
        case .closed(let failures):
            breaker =
                failures + 1 < Self.failuresToOpen
                ? .closed(failures: failures + 1)
                : .open(until: now + Self.shortestPause, pause: Self.shortestPause)
        case .probing(let pause) where ticket.isProbe:
            let longer = min(pause * 2, Self.longestPause)
            breaker = .open(until: now + longer, pause: longer)
        case .open, .probing: break
        }
    }

    /// When waiting requests should ask again although none has ended; nil when an ending tells.
    package func nextLook(now: Duration) -> Duration? {
        pausedUntil.flatMap { $0 > now ? $0 : nil }
    }
}
