/// Runs tasks at once on the thread that starts them: for programs that do one thing after the other.
///
/// The path of a message is written once, with `async` steps. In `lmtpd` they wait on a reactor; in
/// a one-shot program every step blocks instead and none ever suspends, so that a task started on
/// this executor is done when starting it returns, and no thread is made.
package final class InlineExecutor: TaskExecutor {
    private init() {}

    private static let shared = InlineExecutor()

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        unsafe job.runSynchronously(on: asUnownedTaskExecutor())
    }

    /// Runs `work` to its end and returns its value.
    ///
    /// Precondition: nothing in `work` waits for another thread.
    package static func run<Value: Sendable>(
        _ work: @escaping @Sendable () async -> Value
    ) -> Value {
        let result = Locked<Value?>(nil)
        Task(executorPreference: shared) {
            let value = await work()
            result.withLock { $0 = value }
        }
        guard let value = result.withLock({ $0 }) else {
            preconditionFailure("a step waited for another thread")
        }
        return value
    }
}
