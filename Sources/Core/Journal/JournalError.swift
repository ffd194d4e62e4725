/// Why the journal cannot answer. The mail waits (451 4.3.0): nothing is sent unjournaled.
package struct JournalError: Error, Hashable, Sendable {
    package let kind: Kind
    /// What was tried, and on what: `open /var/lib/smsmda/journal.db`. Never a password.
    package let operation: String
    /// The database's own words.
    package let reason: String

    package enum Kind: Hashable, Sendable {
        /// Others kept it locked beyond the busy time-out.
        case busy
        /// The disk or the quota is full.
        case full
        /// It cannot be opened or written: permissions, a read-only file system, no directory.
        case unwritable
        /// It is no database, or a damaged one.
        case corrupt
        /// A newer program has changed its tables.
        case tooNew(version: Int)
        /// The database server cannot be reached, or went away.
        case unreachable
        /// libpq cannot be loaded.
        case libraryMissing
        /// The journal is closed: the program is ending.
        case closed
        /// Anything else.
        case other
    }
}

extension JournalError: CustomStringConvertible {
    package var description: String { "\(operation): \(reason); \(advice)" }

    /// What the operator does next.
    package var advice: String {
        switch kind {
        case .busy:
            "another process keeps it locked: see who has it open (fuser), and whether the disk "
                + "is overloaded"
        case .full: "make room on its file system; the mail waits in the MTA's queue"
        case .unwritable:
            "the user that delivers must own the directory and be able to write in it; see "
                + "[journal] path"
        case .corrupt:
            "move the file aside together with its -wal and -shm, then the mail goes on; what "
                + "waits in the queue and was sent before may then be sent again"
        case .tooNew(let version):
            "it has schema version \(version), from a newer release: run that release"
        case .unreachable: "see [journal] url and whether PostgreSQL runs; the mail waits"
        case .libraryMissing: "install libpq (Debian: libpq5), or use [journal] path"
        case .closed: "the mail is tried again after the restart"
        case .other: "the mail waits in the MTA's queue"
        }
    }
}
