import Testing

@testable import CoreText

@Suite struct OperatorPatternTests {
    @Test("a POSIX extended expression is matched without regard to ASCII case")
    func matching() throws {
        let pattern = try OperatorPattern("^(this|the) e-?mail .*confidential")
        #expect(pattern.matches("This E-Mail is CONFIDENTIAL."))
        #expect(!pattern.matches("So this email is confidential"))
        #expect(try OperatorPattern("vertraulich[e.]").matches("Vertrauliche Nachricht"))
        #expect(try OperatorPattern("a{2,3}\\{").matches("xaa{"))
    }

    @Test(
        "what cannot be compiled or could take for ever is refused, with the reason",
        arguments: [
            ("", "empty"), ("(a", "unmatched"), ("(a+)+\\1", "back-reference"),
            ("a{1,50}b{1,51}", "braces"), ("((a{9}){9}){9}", "braces"),
            (String(repeating: "a", count: 501), "500 bytes"), ("a\u{0}b", "NUL"),
        ])
    func refusals(_ expression: String, _ word: String) {
        let error = #expect(throws: OperatorPatternError.self) {
            _ = try OperatorPattern(expression)
        }
        #expect(error?.reason.lowercased().contains(word.lowercased()) == true, "\(error as Any)")
        #expect(error?.expression == expression)
    }

    @Test("paragraphs that fit are disclaimers, wherever they stand, and the rest stays")
    func marking() throws {
        let pattern = try OperatorPattern("nur für den empf.*bestimmt")
        let lines = Line.lines(
            of: Array(
                "Alarm\n\nDiese Nachricht ist nur für den\nEmpfänger bestimmt.\n\nZone 4".utf8))
        let blocks = TextClassifier.blocks(of: lines, disclaimers: [pattern])
        #expect(blocks.map(\.kind) == [.body, .disclaimer, .body])
        let only = TextClassifier.blocks(
            of: Line.lines(of: Array("nur für den Empfänger bestimmt".utf8)), disclaimers: [pattern]
        )
        #expect(only.map(\.kind) == [.body])
    }

    @Test("of a long paragraph only the beginning is matched, so that no text makes a pattern slow")
    func hostileText() throws {
        let pattern = try OperatorPattern("(a*)*(a|aa)*b$")
        let lines = ["Alarm", "", String(repeating: "a", count: 16_000) + "b"]
        let blocks = TextClassifier.blocks(
            of: Line.lines(of: Array(lines.joined(separator: "\n").utf8)), disclaimers: [pattern])
        #expect(blocks.map(\.kind) == [.body])
    }
}
