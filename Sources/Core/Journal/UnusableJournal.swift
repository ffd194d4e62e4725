/// The journal that could not be opened: each operation throws why.
///
/// For `[journal] required = false`, where the delivery goes on without one.
package struct UnusableJournal: Journal {
    private let error: JournalError

    package init(_ error: JournalError) { self.error = error }

    package func claim(_ request: ClaimRequest) async throws(JournalError) -> ClaimAnswer {
        throw error
    }

    package func settle(_ claim: Claim, _ settlement: Settlement) async throws(JournalError) {
        throw error
    }

    package func resolve(
        _ uncertain: UncertainClaim, _ finding: Finding
    ) async throws(JournalError) -> ClaimAnswer {
        throw error
    }

    package func reserve(_ charges: [QuotaCharge]) async throws(JournalError) -> QuotaExceeded? {
        throw error
    }

    package func refund(_ charges: [QuotaCharge]) async throws(JournalError) { throw error }

    package func isOptedOut(sender: String, to number: String) async throws(JournalError) -> Bool {
        throw error
    }

    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (Ledger) throws(JournalError) -> Value
    ) async throws(JournalError) -> Value {
        throw error
    }

    package func close() async {}
}
