import CoreSystem

/// The faults in force, and the dice that pick the requests they hit.
///
/// Each request rolls each fault in the order they were set. Latencies add up; of the others the
/// first that hits is the one, and those behind it are neither rolled nor used up.
/// Safe from any thread; the same seed and the same order of requests give the same faults.
final class FaultPlan: Sendable {
    private struct State: Sendable {
        var faults: [Fault]
        var dice: SplitMix64
        var hits: [String: Int] = [:]
    }

    /// What one request has to bear.
    struct Draw: Sendable {
        var kind: FaultKind?
        /// As the fault gave it; nil when it gave none.
        var milliseconds: Int?
        /// Latency on top of everything else.
        var latency: Duration = .zero
    }

    private let state: Locked<State>

    init(_ faults: [Fault], seed: UInt64) {
        state = Locked(State(faults: faults, dice: SplitMix64(seed: seed)))
    }

    func draw(for method: String) -> Draw {
        state.withLock { state in
            var draw = Draw()
            for index in state.faults.indices {
                let fault = state.faults[index]
                guard fault.method == nil || fault.method == method else { continue }
                guard draw.kind == nil || fault.kind == .latency else { continue }
                if let rate = fault.rate {
                    guard Double.random(in: 0..<1, using: &state.dice) < rate else { continue }
                } else if let count = fault.count {
                    guard count > 0 else { continue }
                    state.faults[index].count = count - 1
                }
                state.hits[fault.kind.rawValue, default: 0] += 1
                if fault.kind == .latency {
                    draw.latency += Fault.duration(fault.ms)
                } else {
                    draw.kind = fault.kind
                    draw.milliseconds = fault.ms
                }
            }
            state.faults.removeAll { $0.count == 0 }
            return draw
        }
    }

    func add(_ fault: Fault) { state.withLock { $0.faults.append(fault) } }

    func clear() { state.withLock { $0.faults = [] } }

    /// The faults in force, and how many requests each kind has hit since the start.
    var snapshot: (faults: [Fault], hits: [String: Int]) {
        state.withLock { ($0.faults, $0.hits) }
    }
}

/// A small generator of random numbers that a seed determines wholly.
struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
