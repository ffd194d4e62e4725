internal import CLinux
internal import CoreSystem
internal import Glibc

/// The signals of the daemon, taken one after the other on the reactor's thread.
@Loop final class Signals {
    private let descriptor: Descriptor
    private let waiter = Waiter()

    /// Takes SIGTERM, SIGINT, SIGHUP and SIGUSR1 away from their default actions, and ignores
    /// SIGPIPE. Before any thread is made, or that thread would die of them.
    nonisolated static func block() {
        var set = set
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    private nonisolated static var set: sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP, SIGUSR1] { unsafe sigaddset(&set, number) }
        return set
    }

    init() {
        var set = Self.set
        let rawValue = unsafe signalfd(-1, &set, Int32(SFD_CLOEXEC) | Int32(SFD_NONBLOCK))
        precondition(rawValue >= 0, "no descriptor for signals")
        descriptor = Descriptor(adopting: rawValue)
        do throws(Errno) {
            try Loop.reactor.watch(rawValue, events: EPOLLIN.rawValue, waiter)
        } catch {
            preconditionFailure("the reactor cannot watch for signals")
        }
    }

    /// Waits for the next signal and returns its number.
    func next() async -> Int32 {
        while true {
            var information = signalfd_siginfo()
            let size = MemoryLayout<signalfd_siginfo>.size
            if unsafe read(descriptor.rawValue, &information, size) == size {
                return Int32(information.ssi_signo)
            }
            _ = await waiter.wait(until: nil)
        }
    }
}
