internal import CLinux
internal import CoreConfig
internal import CoreDelivery
internal import CoreJournal
internal import CoreSystem
internal import Glibc

/// The journal that the configuration names, opened for one command.
///
/// It never makes a journal: a file made here would belong to whoever ran the command, and the user
/// that delivers could not write it.
struct JournalAccess {
    let configuration: Configuration
    let journal: DirectJournal

    init(_ path: String?) throws(CommandError) {
        configuration = try CommandOptions.configuration(path)
        let settings = configuration.journal
        if settings.url == nil, FileKind(path: settings.path) == .missing {
            throw CommandError(
                description: "there is no journal at \(settings.path): nothing was sent yet, or"
                    + " another configuration is in use",
                exit: EX_NOINPUT)
        }
        do {
            journal = try DirectJournal(
                configuration.journalOptions(), log: .standardError())
        } catch {
            throw CommandError(description: "\(error)", exit: EX_IOERR)
        }
    }

    /// Runs `body` in one transaction.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Ledger) throws(JournalError) -> Value
    ) throws(CommandError) -> Value {
        try run { (journal) throws(JournalError) in try await journal.read(body) }
    }

    /// Runs what is written for a daemon in this thread: the journal never suspends here.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable (DirectJournal) async throws(JournalError) -> Value
    ) throws(CommandError) -> Value {
        let journal = journal
        let result = InlineExecutor.run { () async -> Result<Value, JournalError> in
            do throws(JournalError) {
                return .success(try await body(journal))
            } catch {
                return .failure(error)
            }
        }
        do throws(JournalError) {
            return try result.get()
        } catch {
            throw CommandError(description: "\(error)", exit: EX_IOERR)
        }
    }
}
