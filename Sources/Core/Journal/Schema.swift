/// The journal's tables, and how those of an older release become today's.
///
/// Each element of `migrations` takes the tables one version further, in one transaction; a new one
/// is added at the end and none is ever changed. Times are milliseconds since 1970, UTC.
enum Schema {
    static var version: Int { migrations.count }

    /// Brings the tables to this release's version. Cheap when they are.
    static func prepare(_ connection: any SQLConnection) throws(JournalError) {
        guard try needsWork(connection) else { return }
        try connection.begin()
        do throws(JournalError) {
            // Another process may have done it while we waited for the lock.
            if try needsWork(connection) {
                for statements in try migrations[connection.schemaVersion()...] {
                    for statement in statements { _ = try connection.run(statement, []) }
                }
                try connection.setSchemaVersion(version)
            }
            try connection.commit()
        } catch {
            connection.rollback()
            throw error
        }
    }

    private static func needsWork(_ connection: any SQLConnection) throws(JournalError) -> Bool {
        let found = try connection.schemaVersion()
        guard found <= version else {
            throw JournalError(
                kind: .tooNew(version: found), operation: "open \(connection.name)",
                reason: "this release knows schema versions up to \(version)")
        }
        return found < version
    }

    private static let migrations: [[String]] = [
        [
            // One row an SMS. state: claimed, uncertain, accepted, refused, suppressed. Nobody has
            // tried, or nothing reached the provider: no row. reason: of an uncertain one why, of a
            // refused one the reply's text, of a suppressed one the SID it would have repeated.
            """
            CREATE TABLE sms (
                key TEXT NOT NULL PRIMARY KEY,
                state TEXT NOT NULL,
                turn BIGINT NOT NULL,
                first_claimed BIGINT NOT NULL,
                claimed BIGINT NOT NULL,
                changed BIGINT NOT NULL,
                number TEXT NOT NULL,
                sender TEXT NOT NULL,
                text_exact TEXT NOT NULL,
                text_loose TEXT NOT NULL,
                part_index BIGINT NOT NULL,
                part_count BIGINT NOT NULL,
                segments BIGINT NOT NULL,
                recipient TEXT NOT NULL,
                reverse_path TEXT NOT NULL,
                queue_id TEXT,
                message_id TEXT,
                route TEXT,
                owner TEXT,
                lease_ends BIGINT,
                lost BIGINT,
                reason TEXT,
                sid TEXT,
                found BIGINT,
                code BIGINT,
                http_status BIGINT,
                opt_out BIGINT
            )
            """,
            // One SID is one SMS: two rows can never both take it from the provider's list.
            "CREATE UNIQUE INDEX sms_sid ON sms (sid) WHERE sid IS NOT NULL",
            "CREATE INDEX sms_text ON sms (number, text_loose)",
            "CREATE INDEX sms_claimed ON sms (claimed)",
            """
            CREATE TABLE opt_out (
                sender TEXT NOT NULL,
                number TEXT NOT NULL,
                since BIGINT NOT NULL,
                PRIMARY KEY (sender, number)
            )
            """,
            """
            CREATE TABLE quota (
                name TEXT NOT NULL PRIMARY KEY,
                milli BIGINT NOT NULL,
                period TEXT NOT NULL,
                updated BIGINT NOT NULL
            )
            """,
        ],
        // Whom to ask about an uncertain one, when there are several accounts.
        ["ALTER TABLE sms ADD COLUMN account TEXT"],
        // When the provider said last that a person has opted out; NULL: only at `since`.
        ["ALTER TABLE opt_out ADD COLUMN asked BIGINT"],
        // Alerts that were folded. A new state: folded. told: how many of them this SMS tells of;
        // text_plain: what text_exact would be without that. storm: one row a number with alerts that
        // nobody has been told of yet, or with one that waits in a queue to tell (carrier, its key).
        [
            "ALTER TABLE sms ADD COLUMN told BIGINT",
            "ALTER TABLE sms ADD COLUMN text_plain TEXT",
            "CREATE INDEX sms_plain ON sms (number, text_plain) WHERE text_plain IS NOT NULL",
            """
            CREATE TABLE storm (
                number TEXT NOT NULL PRIMARY KEY,
                carrier TEXT,
                seen BIGINT NOT NULL,
                folded BIGINT NOT NULL,
                since BIGINT NOT NULL
            )
            """,
        ],
    ]
}
