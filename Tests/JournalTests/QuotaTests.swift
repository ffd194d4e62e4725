import CoreJournal
import CoreSystem
import Testing

@Suite struct QuotaTests {
    typealias Kind = JournalFixture.Kind

    private static func charge(_ name: String) -> QuotaCharge {
        QuotaCharge(name: name, limit: .counter(most: 5, period: "2026-11"), amount: 3)
    }

    @Test(
        "levels that nobody has used for longer than any limit lasts go with each new one, two at a time",
        arguments: Kind.allCases)
    func prune(_ kind: Kind) async throws {
        let fixture = try JournalFixture()
        let journal = try fixture.open(kind)
        let old = ["a", "b", "c"].map(Self.charge)
        func used(_ charges: [QuotaCharge]) async throws -> [Int] {
            try await journal.read { (ledger) throws(JournalError) in try ledger.used(charges) }
        }
        for charge in old { #expect(try await journal.reserve([charge]) == nil) }
        fixture.wait(.seconds(33 * 86_400))
        #expect(try await journal.reserve([Self.charge("in time")]) == nil)
        #expect(try await used(old) == [3, 3, 3])
        fixture.wait(.seconds(1))
        #expect(try await journal.reserve([Self.charge("new")]) == nil)
        #expect(try await used(old).reduce(0, +) == 3)
        #expect(try await used([Self.charge("new")]) == [3])
        let count = try await journal.read { (ledger) throws(JournalError) in
            try ledger.pruneQuotas(atMost: 100)
        }
        #expect(count == 1)
        #expect(try await used(old + [Self.charge("in time")]) == [0, 0, 0, 3])
    }
}
