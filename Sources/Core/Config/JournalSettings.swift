/// `[journal]` and `[dedup]`: the record that keeps a message from being sent twice.
package struct JournalSettings: Hashable, Sendable {
    /// The SQLite file. Not used where `url` is given.
    package let path: String
    /// A PostgreSQL connection string, for several hosts that share one account. Nil: SQLite.
    package var url: Secret?
    /// False: mail is sent although the journal is broken, at the risk of sending it twice.
    package let isRequired: Bool
    /// How long rows are kept; longer than the MTA keeps a message in its queue.
    package let keep: Duration
    /// How long after a lost reply "not there" is not yet believed.
    package let settle: Duration
    /// How long a claim is another host's before it counts as dead (PostgreSQL).
    package let lease: Duration
    package let onUncertain: OnUncertain
    /// Identical text to the same recipient within it is sent once. Nil: never suppressed.
    package let dedupWindow: Duration?

    /// What to do about an uncertain message when the provider cannot be asked.
    package enum OnUncertain: String, CaseIterable, Sendable { case resend, hold }

    init(readingFrom section: Section, dedup: Section) {
        path =
            section.string("path").flatMap { $0.isEmpty ? nil : section.reading.path($0) }
            ?? "/var/lib/smsmda/journal.db"
        url = section.secret("url")
        isRequired = section.boolean("required") ?? true
        keep =
            section.duration("keep", in: .seconds(3600)...Section.maximumDuration)
            ?? .seconds(14 * 86_400)
        settle = section.duration("settle", in: .zero...(.seconds(3600))) ?? .seconds(45)
        lease = section.duration("lease", in: .seconds(10)...(.seconds(86_400))) ?? .seconds(300)
        onUncertain = section.choice("on_uncertain") ?? .resend
        dedupWindow = dedup.duration("window", in: .seconds(1)...(.seconds(7 * 86_400)))
    }
}
