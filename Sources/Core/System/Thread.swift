internal import Glibc

/// Starts a thread of its own for `body`; it ends when `body` returns.
package func startThread(_ body: @escaping @Sendable () -> Void) throws(Errno) {
    final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let context = unsafe Unmanaged.passRetained(Box(body))
    let status = unsafe pthread_create(
        &thread, nil,
        { context in
            guard let context = unsafe context else { return nil }
            // Signals are the main thread's business.
            var all = sigset_t()
            unsafe sigfillset(&all)
            unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
            unsafe Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body()
            return nil
        }, context.toOpaque())
    guard status == 0 else {
        unsafe context.release()
        throw Errno("start a thread", code: status)
    }
    pthread_detach(thread)
}
