internal import CLinux
internal import Glibc

/// Makes sure that nothing this process can die of bounces the mail.
///
/// Exim bounces on a death by signal, and so do both MTAs on most exit codes. A trap, a stack that
/// overflows, a signal from an operator and the deadline therefore all end in exit 75, with one line
/// that Postfix takes for the reason. SIGKILL cannot be caught: Postfix defers it, and the Exim
/// transport in `examples/exim` freezes the message instead.
enum LastResort {
    /// Until the configuration has said its own: reading a message takes no longer.
    private static let firstDeadline = Duration.seconds(120)

    static func install() {
        installStack()
        for signal in [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS] {
            handle(signal) { _ in LastResort.die(LastResort.trapText) }
        }
        for signal in [SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ] {
            handle(signal) { _ in LastResort.die(LastResort.signalText) }
        }
        handle(SIGALRM) { _ in LastResort.die(LastResort.deadlineText) }
        signal(SIGPIPE, SIG_IGN)
        setDeadline(firstDeadline)
    }

    /// From now on, for the rest of the run. Below the MTA's own limit on a pipe, which bounces.
    static func setDeadline(_ duration: Duration) {
        alarm(UInt32(clamping: max(1, duration.components.seconds)))
    }

    private static let trapText: StaticString =
        "4.3.0 sms-deliver hit a bug and stopped; the mail is kept and tried again\n"
    private static let signalText: StaticString =
        "4.3.0 sms-deliver was stopped by a signal; the mail is kept and tried again\n"
    private static let deadlineText: StaticString =
        "4.4.2 sms-deliver ran out of time; the mail is kept and tried again\n"

    private static func handle(_ signal: Int32, _ handler: @escaping @convention(c) (Int32) -> Void)
    {
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = handler
        action.sa_flags = SA_ONSTACK
        // Fails only for a signal that does not exist.
        _ = unsafe sigaction(signal, &action, nil)
    }

    /// Only calls that a signal handler may make (signal-safety(7)).
    private static func die(_ text: StaticString) {
        _ = unsafe write(STDOUT_FILENO, text.utf8Start, text.utf8CodeUnitCount)
        _exit(EX_TEMPFAIL)
    }

    /// A stack of its own for the handlers, which run after the main one overflowed too.
    private static func installStack() {
        let size = 1 << 16
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        var stack = unsafe stack_t(ss_sp: memory, ss_flags: 0, ss_size: size)
        // Without it only the overflow of the main stack is not caught.
        _ = unsafe sigaltstack(&stack, nil)
    }
}
