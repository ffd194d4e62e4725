internal import Glibc

/// A line at which a test can end the process as if the power had failed.
///
/// `SMSMDA_CRASH_AT=name` in the environment kills the process with SIGKILL when it passes the line
/// of that name; `name:3` when it passes it for the third time. Nothing is flushed, closed or
/// unlocked. Only debug builds have it: in a release `pass` is empty and the variable is not read.
///
/// The reasoning for each line is in `Transition.swift`.
package enum CrashPoint: String, CaseIterable, Sendable {
    /// The claim is written in the open transaction, not committed.
    case claimWritten = "claim-written"
    /// The claim is durable; no octet of the request has left.
    case claimDurable = "claim-durable"
    /// The whole response is here; nothing of it is in the journal.
    case responseRead = "response-read"
    /// The outcome is written in the open transaction, not committed.
    case outcomeWritten = "outcome-written"
    /// The outcome is durable; the mail system has not heard it.
    case outcomeDurable = "outcome-durable"
    /// An uncertain send is taken over for asking, in the open transaction.
    case askingWritten = "asking-written"
    /// The take-over is durable; the provider has not been asked.
    case askingDurable = "asking-durable"
    /// The provider has answered; what it said is not yet in the open transaction.
    case findingKnown = "finding-known"
    /// What the provider said is written in the open transaction, not committed.
    case findingWritten = "finding-written"
    /// What the provider said is durable, and not yet acted on.
    case findingDurable = "finding-durable"
    /// An alert is folded and counted in the open transaction, not committed.
    case foldWritten = "fold-written"
    /// It is durable that an alert is folded; the mail system has not heard.
    case foldDurable = "fold-durable"

    #if DEBUG
        /// Ends the process here when the environment says so.
        package func pass() {
            guard let wanted = Self.wanted, wanted.name == rawValue else { return }
            let count = Self.passes.withLock { (passes: inout Int) in
                passes += 1
                return passes
            }
            if count == wanted.pass { kill(getpid(), SIGKILL) }
        }

        private static let passes = Locked(0)

        private static let wanted: (name: String, pass: Int)? = {
            guard let variable = unsafe getenv("SMSMDA_CRASH_AT") else { return nil }
            let words = unsafe String(cString: variable).split(separator: ":")
            guard let name = words.first else { return nil }
            return (String(name), words.count > 1 ? Int(words[1]) ?? 1 : 1)
        }()
    #else
        /// Nothing, in a release.
        @inline(__always) package func pass() {}
    #endif
}
