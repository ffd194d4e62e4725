internal import CoreSystem
internal import Glibc

/// What other threads want done, gathered for one thread that does it once somebody says so.
@safe final class JobQueue<Job: Sendable>: @unchecked Sendable {
    // @unchecked: everything is touched only with `mutex` locked.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var gathered: [Job] = []
    /// What is there may be taken.
    private var isReady = false
    private var isClosed = false

    init() {
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe condition = .allocate(capacity: 1)
        unsafe condition.initialize(to: pthread_cond_t())
        let statuses = unsafe (pthread_mutex_init(mutex, nil), pthread_cond_init(condition, nil))
        precondition(statuses == (0, 0), "pthread_mutex_init or pthread_cond_init failed")
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe condition.deallocate()
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    /// Puts a job last. Returns how many have gathered, which whoever put the first has to `release`; nil
    /// when the queue is closed and nobody will do it.
    func append(_ job: Job) -> Int? {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        if isClosed { return nil }
        gathered.append(job)
        return gathered.count
    }

    /// Lets what has gathered be taken.
    func release() {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        isReady = true
        unsafe pthread_cond_signal(condition)
    }

    /// Puts jobs first, even into a closed queue: for the thread that takes them.
    func prepend(_ jobs: [Job]) {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        gathered.insert(contentsOf: jobs, at: 0)
        isReady = true
    }

    /// No more jobs; what is there will still be taken.
    func close() {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        isClosed = true
        unsafe pthread_cond_signal(condition)
    }

    /// Waits for jobs and takes all. Empty when `limit` passed without one; nil when the queue is
    /// closed and empty.
    func takeAll(within limit: Duration?) -> [Job]? {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        var until = timespec()
        if let limit {
            unsafe clock_gettime(CLOCK_REALTIME, &until)
            until.tv_sec += Int(limit.milliseconds / 1000)
        }
        while !isReady || gathered.isEmpty {
            if isClosed {
                if gathered.isEmpty { return nil }
                break
            }
            let status =
                limit == nil
                ? unsafe pthread_cond_wait(condition, mutex)
                : unsafe pthread_cond_timedwait(condition, mutex, &until)
            if status == ETIMEDOUT { return [] }
        }
        let jobs = gathered
        gathered = []
        isReady = false
        return jobs
    }
}
