import Testing

@testable import CoreLMTP

@Suite struct DataReaderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var input: String
        var want: DataReader.Verdict
        /// What must be left for the session after the end of data.
        var rest = ""
        var testDescription: String { input.debugDescription }

        static func whole(_ input: String, _ want: String, rest: String = "") -> Case {
            Case(input: input, want: .whole(Array(want.utf8)), rest: rest)
        }
    }

    static let cases = [
        Case.whole(".\r\n", ""),
        .whole("a\r\n.\r\nQUIT\r\n", "a\r\n", rest: "QUIT\r\n"),
        .whole("..\r\n.\r\n", ".\r\n"),
        .whole("..a\r\n...\r\n.\r\n", ".a\r\n..\r\n"),
        .whole(".a\r\n.\r\n", "a\r\n"),
        .whole("a.\r\n.\r\n", "a.\r\n"),
        .whole("\r\n\r\n.\r\n", "\r\n\r\n"),
        .whole("a\u{0}b\r\n.\r\n", "a\u{0}b\r\n"),
        Case(input: "a\n.\r\nx\r\n.\r\n", want: .bareNewline),
        Case(input: "a\r\n.\nx\r\n.\r\n", want: .bareNewline),
        Case(input: "a\r.\r\nx\r\n.\r\n", want: .bareNewline),
        Case(input: "a\r\r\n.\r\n", want: .bareNewline),
        Case(input: "a\r\n.\r\r\n.\r\n", want: .bareNewline),
        Case(input: ".\rx\r\n.\r\n", want: .bareNewline),
        Case(input: "\n\r\n.\r\n", want: .bareNewline),
        Case(input: "123456789012345678901234567890\r\n.\r\n", want: .tooLarge),
        // Dot-stuffing does not count, line ends do (RFC 1870 §5).
        .whole("..3456789012345678901234\r\n.\r\n", ".3456789012345678901234\r\n"),
    ]

    @Test("each message ends where it must, however it is cut", arguments: cases, 1...7)
    func reads(_ c: Case, pieces size: Int) {
        var reader = DataReader(limit: 25)
        var rest = Array(c.input.utf8)[...]
        var verdict: DataReader.Verdict?
        var left: [UInt8] = []
        while verdict == nil, !rest.isEmpty {
            var piece = rest.prefix(size)
            rest = rest.dropFirst(size)
            verdict = reader.read(&piece)
            #expect(verdict != nil || piece.isEmpty)
            left = Array(piece)
        }
        #expect(verdict == c.want)
        #expect(String(decoding: left + rest, as: UTF8.self) == c.rest)
    }
}
