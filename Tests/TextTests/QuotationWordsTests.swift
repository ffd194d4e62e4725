import Testing

@testable import CoreText

@Suite struct QuotationWordsTests {
    @Test("every label of a header line is found by bisection")
    func labels() {
        let records = QuotationWords.headerLabelRecords.description.split(separator: " ")
        #expect(records.count > 130)
        for record in records {
            let label = record.prefix { $0 != ":" }.replacing("_", with: " ")
            let line = Line(bytes: Array("*\(label):* x".utf8)[...])
            #expect(QuotationWords.headerRole(of: line) != nil, "\(label)")
        }
    }

    @Test("labels are read in capitals, with wide colons and with blanks before the colon")
    func spelling() {
        func role(_ text: String) -> QuotationWords.HeaderRole? {
            QuotationWords.headerRole(of: Line(bytes: Array(text.utf8)[...]))
        }
        #expect(role("FROM: a") == .from)
        #expect(role("От: a") == .from)
        #expect(role("Envoyé le : a") == .date)
        #expect(role("De\u{A0}: a") == .from)
        #expect(role("件名：a") == .subject)
        #expect(role("À : a") == .to)
        #expect(role("Host: a") == nil)
        #expect(role(": a") == nil)
        #expect(role("From a") == nil)
    }
}
