internal import CoreSystem
internal import Glibc

/// A PostgreSQL database that several mail hosts share as their journal.
///
/// One transaction at a time writes, on all hosts: each begins by taking an advisory lock, as
/// SQLite's do by taking the file's. So both keep the same rules with the same statements, and a
/// commit is short. The server ends a transaction whose host has gone silent. Every wait has a
/// deadline, the server's being shorter than ours. One thread at a time may use a connection.
@safe final class PostgreSQLConnection: SQLConnection {
    private let library: LibPQ
    private let url: String
    private let busyTimeout: Duration
    private var handle: OpaquePointer?
    /// The server does not sync commits unless told to.
    private var isUnsynced = false

    let isShared = true
    private(set) var name = "PostgreSQL"

    init(url: String, busyTimeout: Duration) throws(JournalError) {
        library = try LibPQ.load()
        self.url = url
        self.busyTimeout = busyTimeout
        try connect()
    }

    deinit { close() }

    func renew() throws(JournalError) -> Bool {
        if let handle = unsafe handle {
            guard unsafe library.status(handle) != LibPQ.connectionOK else { return false }
        }
        close()
        try connect()
        return true
    }

    func begin() throws(JournalError) {
        let milliseconds = busyTimeout.milliseconds
        // SET LOCAL ends with the transaction, so a pooler between us and the server does no harm.
        _ = try send(
            """
            BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; \
            SET LOCAL statement_timeout = \(milliseconds); \
            SET LOCAL idle_in_transaction_session_timeout = \(milliseconds); \
            \(isUnsynced ? "SET LOCAL synchronous_commit = on; " : "")\
            SELECT pg_advisory_xact_lock(\(Self.lockNumber))
            """, nil)
    }

    func commit() throws(JournalError) { _ = try send("COMMIT", nil) }

    func rollback() {
        do throws(JournalError) {
            _ = try send("ROLLBACK", nil)
        } catch {
            // Closing the connection rolls back too.
            close()
        }
    }

    func schemaVersion() throws(JournalError) -> Int {
        var table = try run("SELECT to_regclass('smsmda_schema')", []).first
        guard let table = table?.optionalText() ?? nil, !table.isEmpty else { return 0 }
        var row = try run("SELECT version FROM smsmda_schema", []).first
        return Int(row?.integer() ?? 0)
    }

    func setSchemaVersion(_ version: Int) throws(JournalError) {
        _ = try run("CREATE TABLE IF NOT EXISTS smsmda_schema (version BIGINT NOT NULL)", [])
        _ = try run("DELETE FROM smsmda_schema", [])
        _ = try run("INSERT INTO smsmda_schema (version) VALUES ($1)", [SQLValue(version)])
    }

    func run(_ sql: String, _ values: [SQLValue]) throws(JournalError) -> [SQLRow] {
        try send(sql, values).rows
    }

    func change(_ sql: String, _ values: [SQLValue]) throws(JournalError) -> Int {
        try send(sql, values).changed
    }

    /// Of pg_advisory_xact_lock: "smsmda" in ASCII.
    private static let lockNumber: Int64 = 0x736d_736d_6461

    // MARK: Connecting

    private func connect() throws(JournalError) {
        // What the operator's URL says comes later and wins.
        let settings = [
            ("connect_timeout", "10"), ("tcp_user_timeout", "10000"), ("keepalives_idle", "60"),
            ("fallback_application_name", "smsmda"), ("client_encoding", "UTF8"), ("dbname", url),
        ]
        let handle = unsafe Self.withTexts(settings.map { $0.0 }) { keywords in
            unsafe Self.withTexts(settings.map { $0.1 }) { values in
                unsafe library.connect(keywords, values, 1)
            }
        }
        guard let handle = unsafe handle else {
            throw JournalError(
                kind: .other, operation: "connect to PostgreSQL", reason: "out of memory")
        }
        unsafe self.handle = handle
        // The server's remarks would go to standard error, which is the MTA's.
        _ = unsafe library.setNoticeProcessor(handle, { _, _ in }, nil)
        guard unsafe library.status(handle) == LibPQ.connectionOK else {
            let reason = connectionReason()
            close()
            throw JournalError(
                kind: .unreachable, operation: "connect to PostgreSQL", reason: reason)
        }
        unsafe name =
            "PostgreSQL \(Self.string(library.host(handle)))/\(Self.string(library.database(handle)))"
        guard unsafe library.setNonblocking(handle, 1) == 0 else {
            throw connectionFailure("connect")
        }
        var row = try run("SHOW synchronous_commit", []).first
        isUnsynced = row?.text() == "off"
    }

    private func close() {
        if let handle = unsafe handle { unsafe library.finish(handle) }
        unsafe handle = nil
    }

    // MARK: Statements

    /// Sends one statement with values, or several without, and reads all that comes back.
    ///
    /// - Parameter values: nil sends the text as it is, semicolons and all.
    private func send(
        _ sql: String, _ values: [SQLValue]?
    ) throws(JournalError) -> (rows: [SQLRow], changed: Int) {
        guard let handle = unsafe handle else { throw connectionFailure(sql) }
        let sent: Int32
        if let values {
            let texts = values.map { value -> String? in
                switch value {
                case .null: nil
                case .integer(let number): "\(number)"
                // The one character that PostgreSQL's text cannot hold.
                case .text(let text): text.contains("\0") ? text.filter { $0 != "\0" } : text
                }
            }
            sent = unsafe Self.withTexts(texts) { values in
                unsafe library.sendQueryParams(
                    handle, sql, Int32(texts.count), nil, values, nil, nil, 0)
            }
        } else {
            sent = unsafe library.sendQuery(handle, sql)
        }
        guard sent == 1 else { throw connectionFailure(sql) }
        let deadline = Clock.system.elapsed() + busyTimeout + Self.answerMargin
        try flush(sql, until: deadline)
        var rows: [SQLRow] = []
        var changed = 0
        var failure: JournalError?
        while let result = try unsafe nextResult(sql, until: deadline) {
            defer { unsafe library.clear(result) }
            switch unsafe library.resultStatus(result) {
            case LibPQ.commandOK:
                changed = unsafe Int(Self.string(library.changedCount(result))) ?? 0
            case LibPQ.tuplesOK: rows = unsafe self.rows(of: result)
            default: unsafe failure = failure ?? self.failure(of: result, sql)
            }
        }
        if let failure { throw failure }
        return (rows, changed)
    }

    /// How much later than the server we lose patience: it ends a statement in order.
    private static let answerMargin: Duration = .seconds(5)

    private func flush(_ sql: String, until deadline: Duration) throws(JournalError) {
        while let handle = unsafe handle {
            switch unsafe library.flush(handle) {
            case 0: return
            case 1: try wait(for: Int16(POLLOUT) | Int16(POLLIN), sql, until: deadline)
            default: throw connectionFailure(sql)
            }
            guard unsafe library.consumeInput(handle) == 1 else { throw connectionFailure(sql) }
        }
    }

    /// The next result of what was sent; nil after the last. The caller clears it.
    private func nextResult(
        _ sql: String, until deadline: Duration
    ) throws(JournalError) -> OpaquePointer? {
        guard let handle = unsafe handle else { throw connectionFailure(sql) }
        while unsafe library.isBusy(handle) == 1 {
            try wait(for: Int16(POLLIN), sql, until: deadline)
            guard unsafe library.consumeInput(handle) == 1 else { throw connectionFailure(sql) }
        }
        return unsafe library.result(handle)
    }

    private func wait(
        for events: Int16, _ sql: String, until deadline: Duration
    ) throws(JournalError) {
        guard let handle = unsafe handle else { throw connectionFailure(sql) }
        var descriptor = pollfd(fd: unsafe library.socket(handle), events: events, revents: 0)
        let left = (deadline - Clock.system.elapsed()).milliseconds
        let count = left > 0 ? unsafe poll(&descriptor, 1, Int32(left)) : 0
        if count > 0 || count < 0 && errno == EINTR { return }
        // The connection is in the middle of something: nothing else can be said on it.
        close()
        throw JournalError(
            kind: .unreachable, operation: "ask \(name)",
            reason: "no answer within \((busyTimeout + Self.answerMargin).milliseconds / 1000) s")
    }

    @unsafe private func rows(of result: OpaquePointer) -> [SQLRow] {
        let columns = unsafe library.columnCount(result)
        return unsafe (0..<library.rowCount(result)).map { row in
            SQLRow(
                (0..<columns).map { column in
                    unsafe library.isNull(result, row, column) == 1
                        ? .null : .text(Self.string(library.value(result, row, column)))
                })
        }
    }

    // MARK: Errors

    @unsafe private func failure(of result: OpaquePointer, _ sql: String) -> JournalError {
        let state = unsafe Self.string(library.resultErrorField(result, LibPQ.stateField))
        let text = unsafe Self.string(library.resultErrorField(result, LibPQ.messageField))
        return JournalError(
            kind: Self.kind(state), operation: "\(Self.verb(sql)) \(name)",
            reason: "\(text) (SQLSTATE \(state))")
    }

    private func connectionFailure(_ sql: String) -> JournalError {
        JournalError(
            kind: .unreachable, operation: "\(Self.verb(sql)) \(name)", reason: connectionReason())
    }

    private func connectionReason() -> String {
        guard let handle = unsafe handle else { return "the connection is closed" }
        let text = unsafe Self.string(library.errorMessage(handle))
        let line = text.split(whereSeparator: \.isNewline).joined(separator: "; ")
        return line.isEmpty ? "the connection was lost" : line
    }

    private static func verb(_ sql: String) -> String { sql.prefix { $0 != " " }.lowercased() }

    /// By SQLSTATE; PostgreSQL's manual, appendix A.
    private static func kind(_ state: String) -> JournalError.Kind {
        switch state {
        case "55P03", "57014", "40001", "40P01": return .busy
        case "53100": return .full
        case "57P01", "57P02", "57P03", "57P05", "25P03", "53300": return .unreachable
        case "25006", "42501", "42P06", "42P07", "3F000": return .unwritable
        case "XX001", "XX002": return .corrupt
        default: break
        }
        switch state.prefix(2) {
        case "08": return .unreachable
        case "28": return .unwritable
        default: return .other
        }
    }

    // MARK: Texts

    /// Lends `texts` as C strings; nil becomes a null pointer, and so does the end.
    @unsafe private static func withTexts<Value>(
        _ texts: [String?], _ body: (LibPQ.Texts) -> Value
    ) -> Value {
        let copies = unsafe texts.map { unsafe $0.flatMap { unsafe strdup($0) } }
        defer { unsafe copies.forEach { unsafe free($0) } }
        var pointers = unsafe copies.map { unsafe UnsafePointer($0) }
        unsafe pointers.append(nil)
        return unsafe pointers.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { preconditionFailure("it has the end") }
            return unsafe body(start)
        }
    }

    @unsafe private static func string(_ text: LibPQ.Text?) -> String {
        unsafe text.map { unsafe String(cString: $0) } ?? ""
    }
}
