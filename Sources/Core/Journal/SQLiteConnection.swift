internal import CSQLite
internal import CoreSystem
internal import Glibc

/// A SQLite database file in write-ahead mode, where a commit is on the disk when it returns.
///
/// Any number of processes of one host may have it open; never over a network file system, which
/// SQLite's shared memory does not work on. One thread at a time may use a connection. A file that
/// was removed or replaced meanwhile is noticed by `renew`.
@safe final class SQLiteConnection: SQLConnection {
    private var handle: OpaquePointer?
    private var statements: [StatementText: Statement] = [:]
    private let path: String
    private let busyTimeout: Duration
    private let staysOpen: Bool
    /// Which file is open: device and inode.
    private var identity: FileIdentity?

    let isShared = false
    var name: String { path }

    /// Opens the file, and creates it when there is none; its directory must be there.
    ///
    /// - Parameter staysOpen: for many commits, as a daemon does.
    init(path: String, busyTimeout: Duration, staysOpen: Bool) throws(JournalError) {
        self.path = path
        self.busyTimeout = busyTimeout
        self.staysOpen = staysOpen
        try open()
    }

    deinit { close() }

    func renew() throws(JournalError) -> Bool {
        if unsafe handle != nil && FileIdentity(of: path) == identity { return false }
        close()
        try open()
        return true
    }

    func begin() throws(JournalError) {
        // IMMEDIATE takes the writer's lock at once: reading first and writing then would fail
        // with a busy error that no waiting cures.
        _ = try run("BEGIN IMMEDIATE", [])
    }

    func commit() throws(JournalError) { _ = try run("COMMIT", []) }

    func rollback() {
        // A full disk has rolled back already; then there is no transaction to end.
        guard let handle = unsafe handle, unsafe sqlite3_get_autocommit(handle) == 0 else { return }
        unsafe sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
    }

    func schemaVersion() throws(JournalError) -> Int {
        var row = try run("PRAGMA user_version", []).first
        return Int(row?.integer() ?? 0)
    }

    func setSchemaVersion(_ version: Int) throws(JournalError) {
        _ = try run("PRAGMA user_version = \(version)", [])
    }

    func run(_ sql: String, _ values: [SQLValue]) throws(JournalError) -> [SQLRow] {
        let statement = try unsafe prepared(sql).handle
        defer {
            unsafe sqlite3_reset(statement)
            unsafe sqlite3_clear_bindings(statement)
        }
        for (index, value) in values.enumerated() {
            try unsafe check(bind(value, to: statement, at: Int32(index + 1)), sql)
        }
        var rows: [SQLRow] = []
        while true {
            let status = unsafe sqlite3_step(statement)
            switch status {
            case SQLITE_ROW: unsafe rows.append(row(of: statement))
            case SQLITE_DONE: return rows
            default: try check(status, sql)
            }
        }
    }

    func change(_ sql: String, _ values: [SQLValue]) throws(JournalError) -> Int {
        _ = try run(sql, values)
        return Int(unsafe sqlite3_changes(handle))
    }

    // MARK: Opening

    private static let configureOnce: Void = {
        // Refused after SQLite's first use, and only faster where it is not.
        _ = smsmda_sqlite_count_no_memory()
    }()

    private func open() throws(JournalError) {
        Self.configureOnce
        try createFile()
        identity = FileIdentity(of: path)
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
        let status = unsafe sqlite3_open_v2(path, &handle, flags, nil)
        guard status == SQLITE_OK else {
            let failure = failure(status, "open")
            close()
            throw failure
        }
        unsafe sqlite3_extended_result_codes(handle, 1)
        unsafe sqlite3_busy_timeout(handle, Int32(busyTimeout.milliseconds))
        // FULL: each commit is synced before it returns. SQLite's own default may be less.
        _ = try run("PRAGMA synchronous = FULL", [])
        try keepLog()
        if try schemaVersion() == 0 { try setWriteAhead() }
    }

    /// Keeps the write-ahead log when the last process closes the journal.
    ///
    /// Each run of `sms-deliver` is mostly the only process: it would copy the log into the
    /// database, remove it, and the next run make it again: four syncs of six. A claim is on the
    /// disk as soon as the log is synced. The first to open the journal reads the whole log,
    /// so it is copied sooner than SQLite's default of 1,000 pages, except by a daemon: it reads the
    /// log only once, and copies it when it closes the journal.
    private func keepLog() throws(JournalError) {
        try unsafe check(smsmda_sqlite_keep_log(handle), "keep the log")
        let pages = staysOpen ? Self.checkpointPagesOfDaemon : Self.checkpointPages
        _ = try run("PRAGMA wal_autocheckpoint = \(pages)", [])
    }

    /// Of 4,096 octets, about seven runs of `sms-deliver`; reading them all takes 0.1 ms.
    private static let checkpointPages = 50
    /// SQLite's default: 4 MB, which takes 8 ms to read after a crash.
    private static let checkpointPagesOfDaemon = 1000

    /// Write-ahead mode is written into the file, so only a new one is asked for it.
    private func setWriteAhead() throws(JournalError) {
        var row = try run("PRAGMA journal_mode = WAL", []).first
        guard row?.text() == "wal" else {
            throw JournalError(
                kind: .unwritable, operation: "use \(path)",
                reason: "its file system cannot do SQLite's write-ahead mode")
        }
    }

    /// Makes an empty file that only its owner can read, and makes its name durable: SQLite itself
    /// would use the umask, and syncs the directory for its log but not for the database.
    private func createFile() throws(JournalError) {
        if FileIdentity(of: path) != nil { return }
        do throws(Errno) {
            _ = try Descriptor(opening: path, O_RDWR | O_CREAT, mode: 0o600)
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            let directory = try Descriptor(opening: folder.isEmpty ? "/" : folder, O_DIRECTORY)
            guard fsync(directory.rawValue) == 0 else { throw Errno("sync \(folder)") }
        } catch {
            let isFull = error.code == ENOSPC || error.code == EDQUOT
            throw JournalError(
                kind: isFull ? .full : .unwritable, operation: error.operation,
                reason: error.reason)
        }
    }

    private func close() {
        statements = [:]
        // If it fails, or others have the journal open: they do it sooner or later.
        if staysOpen, let handle = unsafe handle {
            unsafe sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        }
        unsafe sqlite3_close_v2(handle)
        unsafe handle = nil
    }

    // MARK: Statements

    private func prepared(_ sql: String) throws(JournalError) -> Statement {
        let text = StatementText(sql: sql)
        if let statement = statements[text] { return statement }
        var handle: OpaquePointer?
        let status = unsafe sqlite3_prepare_v3(
            self.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard status == SQLITE_OK, let handle = unsafe handle else { throw failure(status, sql) }
        let statement = unsafe Statement(handle)
        statements[text] = statement
        return statement
    }

    @unsafe private func bind(
        _ value: SQLValue, to statement: OpaquePointer, at index: Int32
    ) -> Int32 {
        switch value {
        case .null: return unsafe sqlite3_bind_null(statement, index)
        case .integer(let number): return unsafe sqlite3_bind_int64(statement, index, number)
        case .text(let text):
            // SQLITE_TRANSIENT, a macro that Swift does not see: SQLite copies the octets.
            let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
            return unsafe sqlite3_bind_text(
                statement, index, text, Int32(text.utf8.count), transient)
        }
    }

    @unsafe private func row(of statement: OpaquePointer) -> SQLRow {
        SQLRow(
            unsafe (0..<sqlite3_column_count(statement)).map { index in
                switch unsafe sqlite3_column_type(statement, index) {
                case SQLITE_NULL: return .null
                case SQLITE_INTEGER:
                    return unsafe .integer(sqlite3_column_int64(statement, index))
                default:
                    guard let text = unsafe sqlite3_column_text(statement, index) else {
                        return .null
                    }
                    return unsafe .text(String(cString: text))
                }
            })
    }

    // MARK: Errors

    private func check(_ status: Int32, _ sql: String) throws(JournalError) {
        guard status == SQLITE_OK else { throw failure(status, sql) }
    }

    private func failure(_ status: Int32, _ sql: String) -> JournalError {
        let text = unsafe String(
            cString: handle == nil ? sqlite3_errstr(status) : sqlite3_errmsg(handle))
        let verb = sql.prefix { $0 != " " }.lowercased()
        return JournalError(
            kind: Self.kind(status), operation: "\(verb) \(path)",
            reason: "\(text) (SQLite \(status))")
    }

    private static func kind(_ status: Int32) -> JournalError.Kind {
        // The low octet is the primary code, the rest says more.
        switch status & 0xff {
        case SQLITE_BUSY, SQLITE_LOCKED: .busy
        case SQLITE_FULL: .full
        case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH, SQLITE_IOERR: .unwritable
        case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
        default: .other
        }
    }
}

/// What a statement is found by. Texts of hundreds of octets, few of them as long as another, and mostly
/// the very same string as before, which `==` sees at once.
private struct StatementText: Hashable {
    let sql: String

    func hash(into hasher: inout Hasher) { hasher.combine(sql.utf8.count) }
}

/// A prepared statement, freed with the last reference to it.
@safe private final class Statement {
    @unsafe let handle: OpaquePointer

    @unsafe init(_ handle: OpaquePointer) { unsafe self.handle = handle }

    deinit { unsafe sqlite3_finalize(handle) }
}

/// Which file stands at a path.
private struct FileIdentity: Hashable {
    let device: UInt
    let inode: UInt

    /// Nil when there is none.
    init?(of path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
    }
}
