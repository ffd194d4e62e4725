internal import CLinux
internal import CoreSystem
internal import Glibc

/// Threads beside the reactor's, for what would hold it up: they live as long as the process.
///
/// An executor: tasks begin in the order of their coming, one on each thread. Not Dispatch's pool: its
/// threads ask the kernel for another priority, an ordinary user gets none, and libdispatch writes that
/// into the operator's log.
final class Workers: TaskExecutor {
    private let jobs = Locked<[UnownedJob]>([])
    /// Counts the jobs that nobody has taken; reading it waits for one and takes it off.
    private let bell: Descriptor

    /// - Throws: what the system refused: a descriptor or a thread.
    init(count: Int) throws(Errno) {
        let rawValue = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_SEMAPHORE))
        guard rawValue >= 0 else { throw Errno("eventfd") }
        bell = Descriptor(adopting: rawValue)
        for _ in 0..<count { try startThread { [self] in run() } }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        var one: UInt64 = 1
        let written = unsafe write(bell.rawValue, &one, 8)
        precondition(written == 8, "the workers' bell is broken")
    }

    private func run() {
        while true {
            var one: UInt64 = 0
            guard unsafe read(bell.rawValue, &one, 8) == 8 else { continue }
            let job = jobs.withLock { $0.removeFirst() }
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
