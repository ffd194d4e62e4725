/// Where the journal is and how it behaves: `[journal]` in the configuration.
package struct JournalOptions: Sendable {
    package var location: Location
    /// How long an SMS is remembered: longer than the MTA keeps a message in its queue, because a
    /// retry of something forgotten is sent again.
    package var keep: Duration = .seconds(14 * 86_400)
    package var rules = JournalRules()
    /// How long to wait for other processes' transactions.
    package var busyTimeout: Duration = .seconds(10)

    package enum Location: Hashable, Sendable {
        /// A file on a local disk; SQLite makes `-wal` and `-shm` beside it.
        case sqlite(path: String)
        /// What libpq takes: `postgresql://user:password@host/database`. For several mail hosts.
        case postgreSQL(url: String)
    }

    package init(location: Location) { self.location = location }
}
