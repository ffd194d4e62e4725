import Testing

@testable import CoreTwilio

@Suite struct AdmissionTests {
    private func ticket(
        _ admission: inout Admission, at seconds: Double = 0
    ) throws -> Admission.Ticket {
        guard case .go(let ticket) = admission.ask(now: .seconds(seconds)) else {
            throw Refused()
        }
        return ticket
    }

    private struct Refused: Error {}

    @Test("no more than the maximum are in flight")
    func maximum() throws {
        var admission = Admission(maximum: 2)
        let first = try ticket(&admission)
        _ = try ticket(&admission)
        guard case .wait = admission.ask(now: .zero) else {
            Issue.record("a third was let through")
            return
        }
        admission.ended(first, .answered, now: .zero)
        _ = try ticket(&admission)
        #expect(admission.inFlight == 2)
    }

    @Test("a 429 halves the limit once for all that were in flight, and answers grow it back")
    func halves() throws {
        var admission = Admission(maximum: 16)
        let tickets = try (0..<16).map { _ in try ticket(&admission) }
        for ticket in tickets {
            admission.ended(ticket, .busy(retryAfter: nil), now: .seconds(1))
        }
        #expect(admission.currentLimit == 8)
        let later = try ticket(&admission, at: 2)
        admission.ended(later, .busy(retryAfter: nil), now: .seconds(3))
        #expect(admission.currentLimit == 4)
        for _ in 0..<5 {
            admission.ended(try ticket(&admission, at: 4), .answered, now: .seconds(4))
        }
        #expect(admission.currentLimit == 5)
        for _ in 0..<1000 {
            admission.ended(try ticket(&admission, at: 4), .answered, now: .seconds(4))
        }
        #expect(admission.currentLimit == 16)
        #expect(admission.inFlight == 0)
    }

    @Test("the limit never falls below one")
    func floor() throws {
        var admission = Admission(maximum: 4)
        for second in 0..<20 {
            let one = try ticket(&admission, at: Double(second))
            admission.ended(one, .busy(retryAfter: nil), now: .seconds(second))
        }
        #expect(admission.currentLimit == 1)
    }

    @Test("Retry-After is honoured, a very long one only in part")
    func retryAfter() throws {
        var admission = Admission(maximum: 4)
        admission.ended(try ticket(&admission), .busy(retryAfter: .seconds(7)), now: .seconds(1))
        #expect(admission.nextLook(now: .seconds(2)) == .seconds(8))
        guard case .wait = admission.ask(now: .seconds(7)) else {
            Issue.record("asked too early")
            return
        }
        _ = try ticket(&admission, at: 8)
        let other = try ticket(&admission, at: 8)
        admission.ended(other, .busy(retryAfter: .seconds(86_400)), now: .seconds(8))
        #expect(admission.nextLook(now: .seconds(9)) == .seconds(68))
    }

    @Test("the breaker opens after failures in a row, and probes with one request")
    func breaker() throws {
        var admission = Admission(maximum: 100)
        for _ in 0..<4 {
            admission.ended(try ticket(&admission), .unreachable, now: .zero)
        }
        admission.ended(try ticket(&admission), .answered, now: .zero)
        #expect(!admission.isOpen)
        for _ in 0..<5 {
            admission.ended(try ticket(&admission), .unreachable, now: .seconds(10))
        }
        #expect(admission.isOpen)
        #expect(throws: Refused.self) { try ticket(&admission, at: 10.9) }
        let probe = try ticket(&admission, at: 11)
        #expect(throws: Refused.self) { try ticket(&admission, at: 11) }
        admission.ended(probe, .unreachable, now: .seconds(11))
        #expect(throws: Refused.self) { try ticket(&admission, at: 12.9) }
        let second = try ticket(&admission, at: 13)
        admission.ended(second, .answered, now: .seconds(13))
        #expect(!admission.isOpen)
        _ = try ticket(&admission, at: 13)
        _ = try ticket(&admission, at: 13)
    }

    @Test("the pause between probes grows to half a minute and no further")
    func pauses() throws {
        var admission = Admission(maximum: 1)
        var now = Duration.zero
        for _ in 0..<5 { admission.ended(try ticket(&admission), .unreachable, now: now) }
        var pauses: [Int64] = []
        for _ in 0..<7 {
            var pause: Int64 = 0
            var probe: Admission.Ticket?
            while probe == nil {
                pause += 1
                if case .go(let ticket) = admission.ask(now: now + .seconds(pause)) {
                    probe = ticket
                }
            }
            now += .seconds(pause)
            admission.ended(try #require(probe), .unreachable, now: now)
            pauses.append(pause)
        }
        #expect(pauses == [1, 2, 4, 8, 16, 30, 30])
    }
}
