internal import CoreSystem

/// The functions of PostgreSQL's client library that the journal calls, loaded when it is used.
///
/// Hosts with SQLite need no libpq, and `sms-deliver` does not spend 3 ms on loading one. The
/// types are those of libpq-fe.h, unchanged since libpq 9; the library stays loaded.
@safe struct LibPQ: @unchecked Sendable {
    // @unchecked: pointers to functions, never changed; libpq is thread-safe by connection.
    typealias Text = UnsafePointer<CChar>
    typealias Texts = UnsafePointer<Text?>

    let connect: @convention(c) (Texts, Texts, Int32) -> OpaquePointer?
    let finish: @convention(c) (OpaquePointer) -> Void
    let status: @convention(c) (OpaquePointer) -> Int32
    let errorMessage: @convention(c) (OpaquePointer) -> Text?
    let setNoticeProcessor:
        @convention(c) (
            OpaquePointer, (@convention(c) (UnsafeMutableRawPointer?, Text?) -> Void)?,
            UnsafeMutableRawPointer?
        ) -> UnsafeRawPointer?
    let socket: @convention(c) (OpaquePointer) -> Int32
    let database: @convention(c) (OpaquePointer) -> Text?
    let host: @convention(c) (OpaquePointer) -> Text?
    let sendQuery: @convention(c) (OpaquePointer, Text) -> Int32
    let sendQueryParams:
        @convention(c) (
            OpaquePointer, Text, Int32, UnsafePointer<UInt32>?, Texts?, UnsafePointer<Int32>?,
            UnsafePointer<Int32>?, Int32
        ) -> Int32
    let setNonblocking: @convention(c) (OpaquePointer, Int32) -> Int32
    let flush: @convention(c) (OpaquePointer) -> Int32
    let consumeInput: @convention(c) (OpaquePointer) -> Int32
    let isBusy: @convention(c) (OpaquePointer) -> Int32
    let result: @convention(c) (OpaquePointer) -> OpaquePointer?
    let resultStatus: @convention(c) (OpaquePointer) -> Int32
    let resultErrorField: @convention(c) (OpaquePointer, Int32) -> Text?
    let rowCount: @convention(c) (OpaquePointer) -> Int32
    let columnCount: @convention(c) (OpaquePointer) -> Int32
    let isNull: @convention(c) (OpaquePointer, Int32, Int32) -> Int32
    let value: @convention(c) (OpaquePointer, Int32, Int32) -> Text?
    /// How many rows a statement changed, in digits; empty for one that changes none.
    let changedCount: @convention(c) (OpaquePointer) -> Text?
    let clear: @convention(c) (OpaquePointer) -> Void

    // Values of libpq-fe.h.
    static let connectionOK: Int32 = 0
    static let commandOK: Int32 = 1
    static let tuplesOK: Int32 = 2
    /// PG_DIAG_SQLSTATE and PG_DIAG_MESSAGE_PRIMARY of postgres_ext.h.
    static let stateField: Int32 = 67
    static let messageField: Int32 = 77

    static func load() throws(JournalError) -> Self { try loaded.get() }

    private static let loaded: Result<Self, JournalError> = {
        do throws(JournalError) {
            return .success(try Self())
        } catch {
            return .failure(error)
        }
    }()

    private init() throws(JournalError) {
        func missing(_ reason: String) -> JournalError {
            JournalError(kind: .libraryMissing, operation: "load libpq", reason: reason)
        }
        let library: DynamicLibrary
        do throws(DynamicLibrary.LoadError) {
            library = try DynamicLibrary(opening: ["libpq.so.5"])
        } catch {
            throw missing(error.description)
        }
        func function<F>(_ name: String, _: F.Type = F.self) throws(JournalError) -> F {
            guard let address = unsafe library.symbol(name) else { throw missing("no \(name)") }
            return unsafe unsafeBitCast(address, to: F.self)
        }
        unsafe connect = try function("PQconnectdbParams")
        unsafe finish = try function("PQfinish")
        unsafe status = try function("PQstatus")
        unsafe errorMessage = try function("PQerrorMessage")
        unsafe setNoticeProcessor = try function("PQsetNoticeProcessor")
        unsafe socket = try function("PQsocket")
        unsafe database = try function("PQdb")
        unsafe host = try function("PQhost")
        unsafe sendQuery = try function("PQsendQuery")
        unsafe sendQueryParams = try function("PQsendQueryParams")
        unsafe setNonblocking = try function("PQsetnonblocking")
        unsafe flush = try function("PQflush")
        unsafe consumeInput = try function("PQconsumeInput")
        unsafe isBusy = try function("PQisBusy")
        unsafe result = try function("PQgetResult")
        unsafe resultStatus = try function("PQresultStatus")
        unsafe resultErrorField = try function("PQresultErrorField")
        unsafe rowCount = try function("PQntuples")
        unsafe columnCount = try function("PQnfields")
        unsafe isNull = try function("PQgetisnull")
        unsafe value = try function("PQgetvalue")
        unsafe changedCount = try function("PQcmdTuples")
        unsafe clear = try function("PQclear")
    }
}
