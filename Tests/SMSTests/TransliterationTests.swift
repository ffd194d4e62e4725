import CoreSMS
import CoreText
import Testing

/// What becomes of characters that GSM-7 does not have, by mode.
@Suite struct TransliterationTests {
    struct Case: Sendable {
        let input: String
        let want: String

        init(_ input: String, _ want: String) {
            self.input = input
            self.want = want
        }
    }

    static func compose(
        _ text: String, _ encoding: CompositionOptions.Encoding,
        _ unicode: CompositionOptions.UnicodePolicy = .always
    ) throws -> Composition {
        var options = CompositionOptions()
        options.encoding = encoding
        options.unicode = unicode
        return try Composition(
            CompositionInput(body: [TextBlock(kind: .body, text: text)]), options)
    }

    @Test(
        "smart: what looks the same becomes GSM-7",
        arguments: [
            Case("\u{2018}it\u{2019}s\u{2019} \u{201C}fine\u{201D}", "'it's' \"fine\""),
            Case("\u{201E}Gans\u{201C} \u{201A}x\u{2018}", "\"Gans\" 'x'"),
            Case("«guillemets» ‹single›", "\"guillemets\" <single>"),
            Case("5′ 10″", "5' 10\""),
            Case("1\u{2013}2 \u{2014} minus \u{2212}3 \u{2010}\u{2011}", "1-2 - minus -3 --"),
            Case("wait\u{2026}", "wait..."),
            Case("• one\n‣ two\n● three", "- one\n- two\n- three"),
            Case("a\u{a0}b\u{2009}c\u{202f}d\u{3000}e", "a b c d e"),
            Case("a\u{a0}\u{a0} \u{2003}b", "a b"),
            Case("col1\tcol2", "col1 col2"),
            Case("`cmd`", "'cmd'"),
            Case("ﬁle eﬃcient ﬂow", "file efficient flow"),
            Case("ＡＢＣ　１２３！", "ABC 123!"),
            Case("½ + ¼ = ¾", "1/2 + 1/4 = 3/4"),
            Case("a → b, c ← d, 3×4÷2, ±1", "a -> b, c <- d, 3x4/2, +/-1"),
            Case("≤ 5 ≥ 3 ≠ 2", "<= 5 >= 3 != 2"),
            Case("© ® ™ №", "(C) (R) (TM) No."),
            Case("©\u{fe0f}", "(C)"),
            Case("m² m³ CO₂ 10⁻⁶".replacing("⁻", with: "-"), "m2 m3 CO2 10-6"),
            Case("31 °C, 88°F, 90° turn, 23ºC", "31 C, 88F, 90deg turn, 23C"),
            Case("N° 12, nº 4, 1º andar, 59° 54' N", "No 12, no 4, 1o andar, 59deg 54' N"),
            Case("25 ℃", "25 C"),
            Case("12 µs", "12 us"),
            Case("ΑΒΓ ΩMEGA", "ABΓ ΩMEGA"),
            Case("10 kΩ (Ohm sign)", "10 kΩ (Ohm sign)"),
            Case("cafe\u{301} man\u{303}ana u\u{308}ber", "café mañana über"),
            Case("soft\u{ad}hyphen zero\u{200b}width \u{feff}bom", "softhyphen zerowidth bom"),
            Case("bad \u{fffd} byte", "bad ? byte"),
            Case("(1) ①②⑳", "(1) (1)(2)(20)"),
            Case("| │ ║ ¦", "| | | |"),
        ])
    func smart(_ c: Case) throws {
        let got = try Self.compose(c.input, .smart)
        #expect(got.text == c.want)
        #expect(got.encoding == .gsm7)
    }

    @Test(
        "smart: a text that stays Unicode anyway keeps its typography",
        arguments: [
            Case(
                "\u{201E}Привет\u{201C} \u{2014} да\u{2026}",
                "\u{201E}Привет\u{201C} \u{2014} да\u{2026}"),
            Case("fertig \u{2705} \u{2013} ok", "fertig \u{2705} \u{2013} ok"),
            Case("kočka \u{201E}mňau\u{201C}", "kočka \u{201E}mňau\u{201C}"),
            Case("日本語「カギ」", "日本語「カギ」"),
        ])
    func keeps(_ c: Case) throws {
        let got = try Self.compose(c.input, .smart)
        #expect(got.text == c.want)
        #expect(got.encoding == .ucs2)
        #expect(got.transliterated == 0)
    }

    @Test(
        "gsm: accents and alphabets are folded",
        arguments: [
            Case("příliš žluťoučký kůň", "prilis zlutoucky kun"),
            Case("zażółć gęślą jaźń", "zazolc gesla jazn"),
            Case("árvíztűrő tükörfúrógép", "arvizturo tükörfurogép"),
            Case("ça va, naïve, Ça", "ca va, naive, Ça"),
            Case("İstanbul ığüşöç", "Istanbul igüsöc"),
            Case("Đặng Thùy Trâm", "Dang Thùy Tram"),
            Case("œuvre Œ ĳ ẞ þ Þ ð", "oeuvre OE ij SS th Th d"),
            Case("a\u{304}b\u{30c}", "ab"),
            Case("Привет, мир! Ёж", "Privet, mir! Yozh"),
            Case("Щука Чайка Ящик съезд", "Shchuka Chayka Yashchik sezd"),
            Case("Київ їжак", "Kiyiv yizhak"),
            Case("Καλημέρα κόσμε", "KAΛHMEPA KOΣME"),
            Case("μόνο 10 μs", "MONO 10 us"),
            Case("𝐁𝐨𝐥𝐝 𝟏𝟐", "Bold 12"),
            Case("1\u{fe0f}\u{20e3} step", "1 step"),
            Case("all good ✅ not ❌", "all good OK not X"),
            Case("fire 🔥 and family 👨‍👩‍👧 home", "fire ? and family ? home"),
            Case("price ₹5 ₽6", "price Rs5 RUB6"),
            Case("Ⅳ ⅳ", "IV iv"),
        ])
    func gsm(_ c: Case) throws {
        let got = try Self.compose(c.input, .gsm)
        #expect(got.text == c.want)
        #expect(got.encoding == .gsm7)
        #expect(got.transliterated > 0)
    }

    @Test(
        "gsm: a text that would be question marks stays Unicode",
        arguments: [
            "服务器磁盘已满", "خادم معطل", "🔥🔥🔥", "¨",
        ])
    func unfoldable(text: String) throws {
        let got = try Self.compose(text, .gsm)
        #expect(got.text == text)
        #expect(got.encoding == .ucs2)
    }

    @Test(
        "unicode: everything but blanks and controls stays",
        arguments: [
            Case("\u{201C}q\u{201D} \u{2026} `", "\u{201C}q\u{201D} \u{2026} `"),
            Case("ＡＢ", "ＡＢ"),
            Case("a\u{a0}b\u{7}", "a b"),
        ])
    func unicode(_ c: Case) throws {
        #expect(try Self.compose(c.input, .unicode).text == c.want)
    }

    @Test("when-free: Unicode stays only if it costs no segment")
    func whenFree() throws {
        let short = "\u{201C}short\u{201D}"
        #expect(try Self.compose(short, .smart, .whenFree).text == short)
        #expect(try Self.compose(short, .gsm, .whenFree).text == short)

        let long = short + String(repeating: " word", count: 15)
        #expect(try Self.compose(long, .smart, .whenFree).text.hasPrefix("\"short\" word"))

        // Accents go only where that saves a segment and loses no meaning.
        let czech = String(repeating: "kůň ", count: 20)
        #expect(try Self.compose("kůň", .smart, .whenFree).text == "kůň")
        #expect(try Self.compose(czech, .smart, .whenFree).text.hasPrefix("kun kun"))
        #expect(try Self.compose(czech, .smart, .always).text.hasPrefix("kůň kůň"))
        #expect(try Self.compose(czech + "🔥", .smart, .whenFree).text.hasPrefix("kůň kůň"))
    }

    @Test(
        "what a phone does not show, or shows to deceive, is removed",
        arguments: [
            Case("invoice\u{202E}fdp.exe", "invoicefdp.exe"),
            Case("\u{2066}a\u{2069} \u{202A}b\u{202C}", "a b"),
            Case("a\u{200E}b\u{200F}c\u{61C}d", "abcd"),
            Case("x\u{0}y\u{1B}[31mz\u{7F}\u{9B}", "xy[31mz"),
            Case("one\r\ntwo\rthree\u{2028}four\u{85}five", "one\ntwo\nthree\nfour\nfive"),
            Case("a\r\n\r\n\r\n\r\nb", "a\n\nb"),
            Case("  lead\n   indented   text  \n\n", "lead\nindented text"),
            Case("pre\u{200C}\u{a0}\u{200C}\u{a0}\u{200C}text", "pre text"),
            Case("\u{E0001}\u{E0041}tag", "tag"),
            Case("می\u{200C}خواهم", "می\u{200C}خواهم"),
            Case("👩\u{200D}🚀", "👩\u{200D}🚀"),
            Case(
                "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
                "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}"),
            Case("❤\u{FE0F} love", "❤\u{FE0F} love"),
            Case("a\u{FE0F}b \u{FFFF}c", "ab c"),
        ])
    func cleaned(_ c: Case) throws {
        #expect(try Self.compose(c.input, .smart).text == c.want)
    }

    @Test(
        "every replacement is GSM-7",
        arguments: [
            UInt32(0x80)...0x31FF, 0xFB00...0xFFFF, 0x1D400...0x1D7FF, 0x1F100...0x1FAFF,
        ])
    func closed(values: ClosedRange<UInt32>) throws {
        for value in values {
            guard let scalar = Unicode.Scalar(value), GSM7.septets(scalar) == 0 else { continue }
            guard let got = try? Self.compose("a" + String(scalar) + "bcdefg", .gsm) else {
                Issue.record("U+\(String(value, radix: 16)) leaves nothing to send")
                continue
            }
            #expect(got.encoding == .gsm7, "U+\(String(value, radix: 16))")
        }
    }
}

extension String {
    fileprivate func replacing(_ old: Character, with new: Character) -> String {
        String(map { $0 == old ? new : $0 })
    }
}
