internal import CoreSystem

/// Where one task waits for events on a descriptor, for a nudge, or for its deadline to pass.
///
/// Who wakes looks again at what it waited for: a wake-up says that something may have changed.
/// Only the reactor's thread touches it.
@safe final class Waiter: EventTarget, @unchecked Sendable {
    // @unchecked: see above.
    enum Wakeup: Sendable { case event, deadline }

    private var continuation: UnsafeContinuation<Wakeup, Never>?
    private var deadline: Duration?

    @Loop func wait(until deadline: Duration?) async -> Wakeup {
        self.deadline = deadline
        if deadline != nil { Loop.reactor.deadlineSet() }
        return unsafe await withUnsafeContinuation { continuation in
            unsafe self.continuation = continuation
        }
    }

    /// Wakes the task, if it waits.
    func nudge() { resume(.event) }

    func fire(_ events: UInt32, on descriptor: Int32) { resume(.event) }

    func expire(_ now: Duration) {
        if let deadline, deadline <= now { resume(.deadline) }
    }

    var hasDeadline: Bool { unsafe continuation != nil && deadline != nil }

    private func resume(_ wakeup: Wakeup) {
        guard let waiting = unsafe continuation else { return }
        unsafe continuation = nil
        deadline = nil
        unsafe waiting.resume(returning: wakeup)
    }
}

/// A time at which one task is woken. Only the reactor's thread touches it.
final class Alarm: @unchecked Sendable {
    // @unchecked: see above.
    /// Nil: not set.
    var deadline: Duration?
    let waiter: Waiter

    init(waking waiter: Waiter = Waiter()) { self.waiter = waiter }

    func ringIfDue(_ now: Duration) {
        guard let due = deadline, due <= now else { return }
        deadline = nil
        waiter.nudge()
    }

    /// Sleeps for `duration`, or until the waiter is nudged.
    @Loop func sleep(_ duration: Duration) async {
        deadline = Loop.reactor.now + duration
        _ = await waiter.wait(until: nil)
        deadline = nil
    }
}
