import CoreSystem

/// What came in: counts, and the last requests in full, for tests that look at the wire.
///
/// Safe from any thread. Passwords are left out: of Authorization only the user is kept.
final class Traffic: Sendable {
    private struct State: Sendable {
        var running = 0
        /// Most API requests in progress at once.
        var peak = 0
        var total = 0
        var records: [JSON] = []
        /// Where the next record goes once `records` is full.
        var next = 0
    }

    private let state = Locked(State())
    private static let recordLimit = 1000

    /// Counts one request in; returns how many there are now.
    func begin() -> Int {
        state.withLock { state in
            state.running += 1
            state.total += 1
            state.peak = max(state.peak, state.running)
            return state.running
        }
    }

    func end() { state.withLock { $0.running -= 1 } }

    /// A request whose body was never read.
    func note(_ method: String, _ target: RequestTarget, fault: FaultKind) {
        add([
            "method": .text(method), "target": .text(target.wireForm), "headers": .object([:]),
            "body": "", "status": .null, "fault": .text(fault.rawValue),
        ])
    }

    func note(_ request: HTTPRequest, status: Int, fault: FaultKind?) {
        let headers = request.headers.map { field in
            field.name.lowercased() == "authorization"
                ? (field.name, JSON.text("Basic [not shown]")) : (field.name, .text(field.value))
        }
        add([
            "method": .text(request.method), "target": .text(request.target.wireForm),
            "headers": .object(Dictionary(headers, uniquingKeysWith: { first, _ in first })),
            "body": .text(String(decoding: request.body, as: UTF8.self)),
            "status": .number(status), "fault": JSON(fault?.rawValue),
        ])
    }

    func clear() {
        state.withLock { state in
            state.records = []
            state.next = 0
            state.total = 0
            state.peak = state.running
        }
    }

    var json: [String: JSON] {
        state.withLock { state in
            let ordered = state.records[state.next...] + state.records[..<state.next]
            return [
                "total": .number(state.total), "running": .number(state.running),
                "peak": .number(state.peak), "requests": .list(Array(ordered)),
            ]
        }
    }

    private func add(_ record: JSON) {
        state.withLock { state in
            guard state.records.count == Self.recordLimit else {
                state.records.append(record)
                return
            }
            state.records[state.next] = record
            state.next = (state.next + 1) % Self.recordLimit
        }
    }
}
