/// A database that speaks the common part of SQL: SQLite or PostgreSQL.
///
/// The journal's statements are written once, in `Ledger`, for both: parameters are `$1`, `$2`, …,
/// first used in that order; values are 64-bit integers and text. Between `begin` and `commit`
/// nobody else writes, in any process: what was read stays true until the commit.
protocol SQLConnection: AnyObject {
    /// Whether the journal can be on several hosts at once.
    var isShared: Bool { get }
    /// For messages: the file, or host and database, without the password.
    var name: String { get }
    /// Opens it again if it is gone. True when it did: the tables may be others than before.
    func renew() throws(JournalError) -> Bool
    /// Starts a transaction as the only writer. Waits for others up to the busy time-out.
    func begin() throws(JournalError)
    /// Ends it. When it returns, everything survives a power failure.
    func commit() throws(JournalError)
    /// Ends it as if it had not been. Never fails: at worst the connection is given up.
    func rollback()
    /// One statement; the rows it returns.
    func run(_ sql: String, _ values: [SQLValue]) throws(JournalError) -> [SQLRow]
    /// One statement; how many rows it inserted, changed or deleted.
    func change(_ sql: String, _ values: [SQLValue]) throws(JournalError) -> Int
    /// 0 when the tables are not there yet.
    func schemaVersion() throws(JournalError) -> Int
    func setSchemaVersion(_ version: Int) throws(JournalError)
}

enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)

    init(_ text: String?) { self = text.map { .text($0) } ?? .null }
    init(_ number: Int) { self = .integer(Int64(number)) }
    init(_ number: Int?) { self = number.map { .integer(Int64($0)) } ?? .null }
    init(_ flag: Bool) { self = .integer(flag ? 1 : 0) }
}

/// One row of a result, read from left to right.
struct SQLRow {
    private let values: [SQLValue]
    private var next = 0

    init(_ values: [SQLValue]) { self.values = values }

    /// The next column as text; empty for NULL.
    mutating func text() -> String { optionalText() ?? "" }

    mutating func optionalText() -> String? {
        switch take() {
        case .null: nil
        case .integer(let number): "\(number)"
        case .text(let text): text
        }
    }

    /// The next column as a number; 0 for NULL and for what is no number.
    mutating func integer() -> Int64 { optionalInteger() ?? 0 }

    mutating func optionalInteger() -> Int64? {
        switch take() {
        case .null: nil
        case .integer(let number): number
        // PostgreSQL's protocol hands numbers over as text.
        case .text(let text): Int64(text)
        }
    }

    private mutating func take() -> SQLValue {
        guard next < values.count else { preconditionFailure("a row has too few columns") }
        next += 1
        return values[next - 1]
    }
}
