import TestSupport
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

    @Test("any stream is read as a simple reader of the whole stream reads it")
    func streams() {
        let seed = UInt64.random(in: 0 ... .max)
        var dice = Dice(seed: seed)
        let tokens = ["\r\n", "\r\n", "\r\n", ".", ".", "ab", "a", "\r", "\n", "\r\n.\r\n"]
        var read: [String: Int] = [:]
        for round in 0..<10_000 {
            let text = dice.text(of: tokens, upTo: 14)
            let want = Self.verdict(on: text)
            var reader = DataReader(limit: 1_000)
            var got: DataReader.Verdict?
            var rest = Array(text.utf8)[...]
            while got == nil, !rest.isEmpty {
                var piece = rest.prefix(Int.random(in: 1...9, using: &dice))
                rest = rest.dropFirst(piece.count)
                got = reader.read(&piece)
            }
            #expect(got == want, "\(text.debugDescription), round \(round), seed \(seed)")
            switch want {
            case .whole?: read["whole", default: 0] += 1
            case .bareNewline?: read["bare", default: 0] += 1
            default: read["none", default: 0] += 1
            }
        }
        #expect(read.count == 3 && read.values.allSatisfy { $0 > 500 }, "\(read)")
    }

    /// RFC 5321 §4.5.2 by searching: slow, and easy to see to be right.
    private static func verdict(on text: String) -> DataReader.Verdict? {
        let octets = Array("\r\n\(text)".utf8)
        let end = Array("\r\n.\r\n".utf8)
        guard octets.count >= end.count,
            let start = (0...(octets.count - end.count)).first(where: {
                octets[$0...].starts(with: end)
            })
        else { return nil }
        var lines: [[UInt8]] = [[]]
        var index = 2
        while index < start + 2 {
            if octets[index] == 13, octets[index + 1] == 10 {
                lines.append([])
                index += 2
            } else {
                lines[lines.count - 1].append(octets[index])
                index += 1
            }
        }
        if lines.contains(where: { $0.contains(13) || $0.contains(10) }) { return .bareNewline }
        let message = lines.dropLast().flatMap { line in
            line.dropFirst(line.first == UInt8(ascii: ".") ? 1 : 0) + [13, 10]
        }
        return .whole(message)
    }
}
