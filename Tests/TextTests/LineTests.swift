import TestSupport
import Testing

@testable import CoreText

@Suite struct LineTests {
    static func line(_ text: String) -> Line {
        Line(bytes: Array("x\(text)x".utf8)[...].dropFirst().dropLast())
    }

    @Test(
        "a rule is three marks or more and nothing else but blanks",
        arguments: [
            ("---", true), ("- - -", true), ("\t=== ", true), ("––—", true), ("───", true),
            ("*#~", true),
            ("_ +_", true), ("--", false), ("", false), ("   ", false), ("---a", false),
            ("a---", false),
            ("–––é", false), ("\u{2012}\u{2012}\u{2012}", false), ("---\r", false),
        ])
    func isRule(_ text: String, want: Bool) { #expect(Self.line(text).isRule == want) }

    @Test(
        "what ends with a colon may have blanks and stars behind it",
        arguments: [
            (":", true), ("wrote:", true), ("wrote: \t", true), ("*wrote:*", true), ("说：", true),
            ("说： ", true), ("", false), (" ", false), ("*", false), (":a", false), (": 1", false),
            ("wrote:\u{A0}", false), ("写道。", false), (":.", false),
        ])
    func endsWithColon(_ text: String, want: Bool) {
        #expect(Self.line(text).endsWithColon == want)
    }

    @Test("lines are cut at each line feed, and trimmed at both ends of the text only")
    func lines() {
        let seed = UInt64.random(in: 0 ... .max)
        var dice = Dice(seed: seed)
        for round in 0..<2_000 {
            let text = dice.text(of: ["\n", "\n", "a", " ", "\t", "é", "> b"], upTo: 12)
            let failure = Comment(
                rawValue: "\(text.debugDescription), round \(round), seed \(seed)")
            let lines = Line.lines(of: Array(text.utf8))
            let want = text.split(separator: "\n", omittingEmptySubsequences: false).map(
                String.init)
            #expect(lines.map { String(decoding: $0.bytes, as: UTF8.self) } == want, failure)
            let isBlank: (String) -> Bool = { $0.allSatisfy(\.isWhitespace) }
            let trimmed = want.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
            #expect(
                lines.trimmed.map { String(decoding: $0.bytes, as: UTF8.self) } == Array(trimmed),
                failure)
        }
    }

    @Test("capitals of ASCII, Latin-1 and Cyrillic become small letters, all else stays")
    func smallLetters() {
        for value in (0..<0x3000 as Range<UInt32>) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = "a\(scalar)B"
            let isKnown = value < 0x100 || (0x410...0x42F).contains(value)
            let want = "a\(isKnown ? scalar.properties.lowercaseMapping : String(scalar))b"
            let got = Array(text.utf8).smallLetters
            #expect(got.elementsEqual(want.utf8), "U+\(String(value, radix: 16))")
        }
    }

    @Test(
        "words are found where words begin",
        arguments: [
            ("unsubscribe", true), ("to unsubscribe", true), ("(unsubscribe", true),
            ("1unsubscribe", true),
            ("xunsubscribe", false), ("éunsubscribe", false), ("unsubscrib", false), ("", false),
            ("unsub unsubscribed", true), ("подпис", true), ("неподпис", false),
        ])
    func search(_ text: String, want: Bool) {
        #expect(WordSearch(["unsubscribe", "подпис"]).isFound(in: Array(text.utf8)) == want)
    }

    @Test(
        "a phone's line is known in any language and case",
        arguments: [
            "Sent from my iPhone", " *SENT FROM MY iPhone* ", "Get Outlook for iOS", "发自我的iPhone",
            "Отправлено с iPhone", "ОТПРАВЛЕНО ИЗ почты", "iPhone'umdan gönderildi", "iPhoneから送信",
            "내 iPhone에서 보냄", "Küldve Android-ról", "Von meinem iPhone gesendet",
        ])
    func mobileFooters(_ text: String) { #expect(Signature.isMobileFooter(Self.line(text))) }
}
