internal import CLinux
package import CoreLMTP

/// What the mail system hears about one recipient: an LMTP reply code, an enhanced status and an
/// exit code that always agree.
///
/// Built only through `sent`, `transient` and `permanent`, so the class, the reply's first digit and
/// the exit code cannot contradict each other.
package struct Status: Hashable, Sendable {
    /// Three digits, RFC 5321 §4.2.
    package let reply: Int
    /// RFC 3463 §2.
    package let enhanced: EnhancedStatus
    /// One of sysexits.h: 75 for everything that may pass, because it is the only code that both
    /// Postfix and Exim defer on.
    package let exit: Int32

    package enum Class: Sendable { case sent, transient, permanent }

    package var statusClass: Class {
        switch enhanced.class {
        case 2: .sent
        case 4: .transient
        default: .permanent
        }
    }

    package static let sent = Status(
        reply: 250, enhanced: EnhancedStatus(2, 0, 0), exit: EX_OK)

    package static func transient(_ reply: Int, _ subject: Int, _ detail: Int) -> Status {
        precondition((400...499).contains(reply), "a transient failure has a reply of 4yz")
        return Status(
            reply: reply, enhanced: EnhancedStatus(4, subject, detail),
            exit: EX_TEMPFAIL)
    }

    package static func permanent(
        _ reply: Int, _ subject: Int, _ detail: Int, exit: Int32
    ) -> Status {
        precondition((500...599).contains(reply), "a permanent failure has a reply of 5yz")
        precondition(
            exit != EX_OK && exit != EX_TEMPFAIL, "a permanent failure must not be retried")
        return Status(
            reply: reply, enhanced: EnhancedStatus(5, subject, detail), exit: exit)
    }

    private init(reply: Int, enhanced: EnhancedStatus, exit: Int32) {
        self.reply = reply
        self.enhanced = enhanced
        self.exit = exit
    }
}
