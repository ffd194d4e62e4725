internal import CLinux
internal import CoreSystem
internal import Glibc

/// The thread that all of the daemon runs on: an epoll loop that is also a Swift executor.
///
/// Tasks started with it as executor preference, and everything of the `Loop` actor, run on the one
/// thread that called `run`, between two waits for events. A task that must wait for a descriptor
/// waits on a `Waiter`; what blocks is done elsewhere and comes back through a continuation, which
/// any thread may resume. Deadlines are looked at once a second, alarms to the millisecond.
/// It does not know what the events mean.
@safe final class Reactor: TaskExecutor, SerialExecutor, @unchecked Sendable {
    // @unchecked: `inbox` has a lock, and all other variables belong to the thread of `run`.

    private struct Inbox {
        var jobs: [UnownedJob] = []
        /// The thread waits in epoll_wait(2): whoever leaves a job must ring the bell.
        var isAsleep = false
    }

    private let inbox = Locked(Inbox())
    private let epoll: Descriptor
    private let bell: Descriptor
    private let thread = pthread_self()
    private var jobs: [UnownedJob] = []
    private var targets: [Int32: any EventTarget] = [:]
    private var alarms: [Alarm] = []
    private let events: UnsafeMutableBufferPointer<epoll_event>
    /// What is done when there is nothing else to do.
    private var lastWork: [@Sendable () -> Void] = []
    /// When deadlines are looked at next; nil while nobody waits with one.
    private var nextTick: Duration?
    private var exitStatus: Int32?
    /// `Clock.elapsed` when the current round of events was taken.
    private(set) var now: Duration

    /// Looks at the events that found some since there is last work.
    private var busyPolls = 0

    /// After so many of them the last work is done although there is more to do.
    private static let mostBusyPolls = 8

    /// Rounds of jobs between two looks at the events.
    private static let roundsBetweenPolls = 16

    /// Must be made on the thread that will call `run`.
    init() {
        let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        let bell = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        precondition(epoll >= 0 && bell >= 0, "no descriptor for the event loop")
        self.epoll = Descriptor(adopting: epoll)
        self.bell = Descriptor(adopting: bell)
        now = Clock.system.elapsed()
        unsafe events = .allocate(capacity: 256)
        let status = smsmda_epoll_set(epoll, EPOLL_CTL_ADD, bell, EPOLLIN.rawValue)
        precondition(status == 0, "the event loop cannot watch its bell")
    }

    deinit { unsafe events.deallocate() }

    // MARK: Executor

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            jobs.append(job)
            return
        }
        let wasAsleep = inbox.withLock { inbox in
            inbox.jobs.append(job)
            defer { inbox.isAsleep = false }
            return inbox.isAsleep
        }
        if wasAsleep { ring() }
    }

    /// Has `work` done when the thread has nothing more to do, or has been busy for long; at once, when
    /// this is not the thread.
    func whenIdle(_ work: @escaping @Sendable () -> Void) {
        if isCurrent { lastWork.append(work) } else { work() }
    }

    private var isCurrent: Bool { pthread_equal(pthread_self(), thread) != 0 }

    func checkIsolated() { precondition(isCurrent, "not on the reactor's thread") }

    func isIsolatingCurrentContext() -> Bool? { isCurrent }

    private func ring() {
        var one: UInt64 = 1
        // A full counter is as good as one: the bell rings already.
        _ = unsafe write(bell.rawValue, &one, 8)
    }

    // MARK: The loop

    /// Runs until somebody calls `stop`, and returns its status.
    func run() -> Int32 {
        precondition(isCurrent, "run belongs to the thread that made the reactor")
        while true {
            runJobs()
            if let exitStatus { return exitStatus }
            poll()
        }
    }

    func stop(_ status: Int32) { exitStatus = status }

    private func runJobs() {
        for _ in 0..<Self.roundsBetweenPolls {
            inbox.withLock { inbox in
                guard !inbox.jobs.isEmpty else { return }
                jobs += inbox.jobs
                inbox.jobs.removeAll(keepingCapacity: true)
            }
            guard !jobs.isEmpty else { return }
            var round: [UnownedJob] = []
            swap(&round, &jobs)
            for job in round {
                unsafe job.runSynchronously(
                    isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            }
            if jobs.isEmpty {
                round.removeAll(keepingCapacity: true)
                swap(&round, &jobs)
            }
        }
    }

    private func poll() {
        var count: Int32 = 0
        if !lastWork.isEmpty {
            count = takeEvents(within: 0)
            busyPolls += 1
            if count == 0 || busyPolls >= Self.mostBusyPolls { doLastWork() }
        }
        if count == 0 {
            let mayWait = inbox.withLock { inbox in
                inbox.isAsleep = jobs.isEmpty && inbox.jobs.isEmpty
                return inbox.isAsleep
            }
            count = takeEvents(within: mayWait ? millisecondsToWait() : 0)
            if mayWait { inbox.withLock { $0.isAsleep = false } }
        }
        now = Clock.system.elapsed()
        for index in 0..<Int(count) {
            let descriptor = unsafe events[index].data.fd
            if descriptor == bell.rawValue {
                var rung: UInt64 = 0
                // Reading resets the bell; there is nothing to read when it was reset already.
                _ = unsafe read(descriptor, &rung, 8)
            } else {
                unsafe targets[descriptor]?.fire(events[index].events, on: descriptor)
            }
        }
        for alarm in alarms { alarm.ringIfDue(now) }
        tick()
    }

    private func takeEvents(within milliseconds: Int32) -> Int32 {
        let count = unsafe epoll_wait(
            epoll.rawValue, events.baseAddress, Int32(events.count), milliseconds)
        precondition(count >= 0 || errno == EINTR, "epoll_wait failed")
        return max(0, count)
    }

    private func doLastWork() {
        for work in lastWork { work() }
        lastWork.removeAll(keepingCapacity: true)
        busyPolls = 0
    }

    private func millisecondsToWait() -> Int32 {
        var next = nextTick
        for alarm in alarms {
            if let deadline = alarm.deadline { next = min(next ?? deadline, deadline) }
        }
        guard let next else { return -1 }
        let wait = next - Clock.system.elapsed()
        guard wait > .zero else { return 0 }
        return Int32(clamping: wait.milliseconds + 1)
    }

    /// Wakes whoever has waited for too long.
    private func tick() {
        guard let due = nextTick, due <= now else { return }
        nextTick = nil
        for target in targets.values { target.expire(now) }
        if targets.values.contains(where: \.hasDeadline) { nextTick = now + .seconds(1) }
    }

    // MARK: Descriptors and alarms

    /// Sends events on a descriptor to `target`, until `unwatch`.
    func watch(_ descriptor: Int32, events: UInt32, _ target: any EventTarget) throws(Errno) {
        let isNew = targets.updateValue(target, forKey: descriptor) == nil
        let operation = isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD
        guard smsmda_epoll_set(epoll.rawValue, operation, descriptor, events) == 0 else {
            let failure = Errno("watch a descriptor")
            targets[descriptor] = nil
            throw failure
        }
    }

    /// Changes the events of a descriptor that is watched.
    func setEvents(_ events: UInt32, of descriptor: Int32) {
        let status = smsmda_epoll_set(epoll.rawValue, EPOLL_CTL_MOD, descriptor, events)
        precondition(status == 0, "the descriptor is not watched")
    }

    /// A descriptor that is closed already is forgotten just the same.
    func unwatch(_ descriptor: Int32) {
        guard targets.removeValue(forKey: descriptor) != nil else { return }
        _ = smsmda_epoll_set(epoll.rawValue, EPOLL_CTL_DEL, descriptor, 0)
    }

    /// Makes `tick` come while somebody waits with a deadline.
    func deadlineSet() { if nextTick == nil { nextTick = now + .seconds(1) } }

    /// There are only a few alarms: one that sleeps often beats many that ring once.
    func add(_ alarm: Alarm) { alarms.append(alarm) }

    func remove(_ alarm: Alarm) { alarms.removeAll { $0 === alarm } }
}

/// What takes the events of a descriptor.
protocol EventTarget: AnyObject {
    /// Must not close descriptors: only wake tasks.
    func fire(_ events: UInt32, on descriptor: Int32)
    func expire(_ now: Duration)
    var hasDeadline: Bool { get }
}

/// The actor whose thread is the reactor's.
@globalActor actor Loop {
    static let shared = Loop()
    static let reactor = Reactor()

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe Loop.reactor.asUnownedSerialExecutor()
    }
}
