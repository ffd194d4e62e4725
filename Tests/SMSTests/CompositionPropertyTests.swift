import CoreSMS
import CoreText
import TestSupport
import Testing

/// What holds for every text, over random ones.
@Suite struct CompositionPropertyTests {
    static let tokens = [
        "disk", "full", "on", "a", "und", "größer", "{}[]~", "€€€", "x̣̣̣y", "🇮🇹", "👨‍👩‍👧", "漢字漢字",
        "https://example.com/p/9?q=1", "root@db1.example.com", "2026-11-21T14:00:00Z",
        "+14155551212",
        "99.5%", "\u{201C}q\u{201D}", "…", "\n", "\n\n", "\u{202E}", "\t", "\u{a0}", "Привет",
        "verylongwordwithoutanyblankatallinsideofitreally", "\u{301}", "\u{200D}", "(1/3)",
    ]

    static func text(_ dice: inout Dice, upTo count: Int) -> String {
        (0..<Int.random(in: 0...count, using: &dice)).map { _ in dice.one(of: tokens) }
            .joined(separator: dice.one(of: ["", " ", " ", " "]))
    }

    static func blocks(_ dice: inout Dice) -> [TextBlock] {
        (0..<Int.random(in: 0...5, using: &dice)).map { _ in
            TextBlock(kind: dice.one(of: TextBlock.Kind.allCases), text: text(&dice, upTo: 60))
        }
    }

    static func options(_ dice: inout Dice) throws -> CompositionOptions {
        var options = CompositionOptions()
        options.encoding = dice.one(of: CompositionOptions.Encoding.allCases)
        options.unicode = dice.one(of: CompositionOptions.UnicodePolicy.allCases)
        options.overflow = dice.one(of: [.truncate, .split])
        options.maxSegments = dice.one(of: [1, 1, 2, 3, 10, 24])
        options.template = try Template(
            parsing: dice.one(of: [
                "{body}", "{body}", "{subject}: {body}", "[{from}] {body} -- €nd", "{body}\n{date}",
            ]))
        options.strip = Set(TextBlock.Kind.allCases.filter { _ in dice.one(of: [true, false]) })
        options.strip.remove(.body)
        return options
    }

    @Test("no message is over its limits, has a broken character or a forbidden one")
    func limits() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var dice = Dice(seed: seed)
        var composed = 0
        for round in 0..<1_500 {
            let options = try Self.options(&dice)
            let input = CompositionInput(
                subject: Self.text(&dice, upTo: 12), from: "Anna", date: "9:41",
                body: Self.blocks(&dice))
            let failure = Comment(rawValue: "round \(round), seed \(seed)")
            let got: Composition
            do throws(CompositionError) {
                got = try Composition(input, options)
            } catch {
                #expect(error == .nothingToSend, failure)
                continue
            }
            composed += 1
            #expect(!got.messages.isEmpty, failure)
            #expect(got.messages.count <= CompositionOptions.messageLimit, failure)
            #expect(
                got.segments == got.messages.reduce(0) { $0 + SegmentCount($1).segments }, failure)
            for message in got.messages {
                let count = SegmentCount(message)
                #expect(count.segments <= options.maxSegments, failure)
                #expect(count.segments > 0, failure)
                #expect(message.utf16.count <= CompositionOptions.characterLimit, failure)
                #expect(!message.unicodeScalars.contains(where: Self.isForbidden), failure)
                #expect(!message.contains("  "), failure)
            }
            if options.maxSegments > 1 { Self.expectWhole(got, failure) }
        }
        #expect(composed > 1_000, "seed \(seed)")
    }

    @Test("a long text is cut at the same place whatever stands far behind the cut")
    func cutsAlike() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var dice = Dice(seed: seed)
        let tokens = [
            "disk ", "full ", "[", "{x} ", "99.5% ", "https://example.com/p/9?q=1 ", "\n", "\n\n",
            "+14155551212 ",
            "2026-11-21 ", "ç ", "é", "verylongwordwithoutanyblankatallinsideofitreally",
        ]
        var cut = 0
        for round in 0..<100 {
            var options = CompositionOptions()
            options.encoding = .unicode
            options.maxSegments = dice.one(of: [1, 2, 3, 10])
            // Few kinds in a text, so that all of them are often of one sort.
            let few = (0..<4).map { _ in dice.one(of: tokens) }
            var text = "disk "
            while text.utf8.count < 2_200 { text += dice.text(of: few + ["a "], upTo: 20) }
            // Both are GSM-7, but only è is below U+0300, where every scalar stands alone.
            let one = try Composition(
                CompositionInput(body: [TextBlock(kind: .body, text: "\(text) è")]), options)
            let other = try Composition(
                CompositionInput(body: [TextBlock(kind: .body, text: "\(text) Ω")]), options)
            guard one.dropped.contains(where: { $0.what == .tail }) else { continue }
            cut += 1
            #expect(one.messages == other.messages, "round \(round), seed \(seed)")
        }
        #expect(cut > 50, "seed \(seed)")
    }

    static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 && scalar != "\n" || (0x202A...0x202E).contains(scalar.value)
            || scalar == "\u{a0}" || scalar == "\u{feff}"
    }

    /// Web addresses and numbers are there whole or not at all.
    static func expectWhole(_ got: Composition, _ failure: Comment) {
        for message in got.messages {
            for piece in message.split(whereSeparator: \.isWhitespace) {
                for token in [
                    "https://example.com/p/9?q=1", "2026-11-21T14:00:00Z", "+14155551212",
                ]
                where piece.utf8.starts(with: token.utf8.prefix(5)) {
                    #expect(piece.utf8.starts(with: token.utf8), failure)
                }
            }
        }
    }

    @Test("split loses nothing but blanks where everything fits")
    func splitKeepsAll() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var dice = Dice(seed: seed)
        for round in 0..<500 {
            var options = try Self.options(&dice)
            options.overflow = .split
            options.template = .bodyOnly
            let input = CompositionInput(body: Self.blocks(&dice))
            guard let got = try? Composition(input, options), got.messages.count > 1,
                !got.dropped.contains(where: { $0.what == .tail })
            else { continue }
            let joined = got.messages.map { $0.dropFirst(6) }.joined()
            let want = got.text.filter { !$0.isWhitespace }
            #expect(
                joined.filter { !$0.isWhitespace }.unicodeScalars.elementsEqual(
                    want.unicodeScalars),
                "round \(round), seed \(seed)")
        }
    }
}
