import TestSupport
import Testing

@testable import CoreSMS

@Suite struct CleanTextTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let what: String
        let text: String
        let lines: String
        let line: String
        var testDescription: String { what }
    }

    @Test(
        "what is not shown goes, and white space shrinks",
        arguments: [
            Case(what: "nothing", text: "", lines: "", line: ""),
            Case(what: "white space", text: " \t\r\n\u{A0} ", lines: "", line: ""),
            Case(what: "runs", text: " a  b\t c\n\n\n\nd ", lines: "a b c\n\nd", line: "a b c d"),
            Case(
                what: "line ends", text: "a\r\nb\rc\u{B}d\r\n\r\ne", lines: "a\nb\nc\nd\n\ne",
                line: "a b c d e"),
            Case(
                what: "controls", text: "a\u{0}b\u{1B}[0m\u{7F}c", lines: "ab[0mc", line: "ab[0mc"),
            Case(
                what: "controls between CR and LF", text: "a\r\u{0}\nb", lines: "a\n\nb",
                line: "a b"),
            Case(
                what: "other blanks", text: "ä\u{2003}\u{A0}b\u{2028}c", lines: "ä b\nc",
                line: "ä b c"),
            Case(what: "no width", text: "a\u{200B}b\u{FEFF}\u{202E}c", lines: "abc", line: "abc"),
        ])
    func cleaned(_ c: Case) {
        #expect(CleanText.lines(c.text) == c.lines)
        #expect(CleanText.line(c.text) == c.line)
    }

    static let tokens = [
        "Disk", "full", " ", " ", "  ", "\t", "\n", "\n", "\r\n", "\r", "\u{B}", "\u{C}", "\u{0}",
        "\u{1B}",
        "\u{7F}", "!", "~", ".", "A",
    ]

    @Test("ASCII gives the same alone and beside what is not ASCII, at any limit")
    func paths() {
        let seed = UInt64.random(in: 0 ... .max)
        var dice = Dice(seed: seed)
        for round in 0..<4_000 {
            let text = dice.text(of: Self.tokens, upTo: 20)
            let limit = dice.one(of: [0, 1, 2, 3, 5, 8, 13, .max])
            // A character of no width is nothing, but it is not ASCII.
            let other = dice.one(of: ["\u{200B}\(text)", "\(text)\u{200B}"])
            let failure = Comment(
                rawValue: "\(text.debugDescription), \(limit), round \(round), seed \(seed)")
            #expect(
                CleanText.lines(text, limit: limit) == CleanText.lines(other, limit: limit), failure
            )
            #expect(CleanText.line(text) == CleanText.line(other), failure)
        }
    }

    @Test("blank lines go wherever they are")
    func blankLines() {
        let seed = UInt64.random(in: 0 ... .max)
        var dice = Dice(seed: seed)
        for round in 0..<2_000 {
            let text = dice.text(of: ["\n", "\n", "a", " ", "é", "\u{301}"], upTo: 10)
            let want = text.split(separator: "\n").joined(separator: "\n")
            let got = Body.withoutBlankLines(text)
            #expect(got.utf8.elementsEqual(want.utf8), "round \(round), seed \(seed)")
        }
    }

    @Test("trimming and counting look at characters where they must, at octets where they may")
    func trimming() {
        let seed = UInt64.random(in: 0 ... .max)
        var dice = Dice(seed: seed)
        let tokens = [
            "a", "!", " ", "\n", "\r\n", "\u{A0}", "\u{301}", "ä", "🇮🇹", "\u{0}", "\u{600}", "漢",
        ]
        for round in 0..<4_000 {
            let text = dice.text(of: tokens, upTo: 6)
            let failure = Comment(
                rawValue: "\(text.debugDescription), round \(round), seed \(seed)")
            #expect(text.trimmed() == String(text.trimmedStart().trimmedEnd()), failure)
            #expect(text.scalarCount == text.unicodeScalars.count, failure)
        }
    }
}
