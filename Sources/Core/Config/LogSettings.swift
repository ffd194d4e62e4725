/// `[log]`: where the operator reads what happened.
package struct LogSettings: Hashable, Sendable {
    package let target: Target
    /// Show numbers as `+141…1212`.
    package let masksNumbers: Bool

    package enum Target: String, CaseIterable, Sendable {
        /// The system log, facility mail.
        case syslog
        /// Standard error with systemd's priorities in front.
        case journal
        case stderr
    }

    init(readingFrom section: Section) {
        target = section.choice("target") ?? .syslog
        masksNumbers = section.boolean("mask_numbers") ?? false
    }
}
