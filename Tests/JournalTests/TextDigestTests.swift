import CoreJournal
import TestSupport
import Testing

@Suite struct TextDigestTests {
    @Test(
        "what a provider changes does not count, all else does",
        arguments: [
            ("Disk full on db1", "DISK FULL ON DB1!", true),
            ("see https://a.example/x1 for more", "see https://b.example/y2 for more", true),
            ("see (https://a.example) for more", "see for more, please", false),
            ("a:/b and more of it", "a://b and more of it", false),
            ("Größe über alles", "Grosse uber alles", false),
            ("Größe über alles", "Gr\u{2013}ße ber alles", true),
            ("Сбой диска на db1", "Сбой диска на db2", false),
            ("Сбой диска\u{A0}на db1", "Сбой диска на db1", true),
        ])
    func loose(one: String, other: String, areSame: Bool) {
        let (one, other) = (TextDigest(of: one), TextDigest(of: other))
        #expect(one.exact != other.exact)
        #expect((one.loose == other.loose) == areSame)
    }

    @Test("a text of which too little is left has one digest")
    func short() {
        let digest = TextDigest(of: "1234567 !!!")
        #expect(digest.loose == digest.exact)
        #expect(TextDigest(of: "12345678 !!!").loose != TextDigest(of: "12345678 !!!").exact)
    }

    @Test("ASCII gives the same alone and beside what is not ASCII")
    func scripts() {
        let seed = UInt64.random(in: 0 ... .max)
        var dice = Dice(seed: seed)
        let tokens = [
            "Disk", " ", "\n", "\t", ":", "/", "//", "://", "http://a.b/c?d=1", "0", "Z", "_", "@",
            "",
            "\u{0}", "\u{7F}", "[", "`", "{", "1234567890",
        ]
        for round in 0..<2_000 {
            let text = "beginning " + dice.text(of: tokens, upTo: 12)
            // A blank of another width ends a word and is not kept.
            let want = TextDigest(of: text + "\u{2003}").loose
            #expect(TextDigest(of: text).loose == want, "round \(round), seed \(seed)")
        }
    }
}
