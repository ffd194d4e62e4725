import TestSupport
import Testing

@testable import CoreMail

@Suite struct CharsetTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let label: String
        let bytes: [UInt8]
        let want: String
        var testDescription: String { label }

        init(_ label: String, _ bytes: [UInt8], _ want: String) {
            (self.label, self.bytes, self.want) = (label, bytes, want)
        }
    }

    @Test(
        "one sample of each kind",
        arguments: [
            Sample("iso-8859-1", [0x80, 0x93, 0xFC, 0x94], "€“ü”"),
            Sample("ISO_8859-15", [0xA4], "€"),
            Sample("latin2", [0xB1], "ą"),
            Sample("iso-8859-5", [0xB0], "А"),
            Sample("iso-8859-7", [0xC1], "Α"),
            Sample("iso-8859-8-i", [0xE0], "א"),
            Sample("iso-8859-9", [0xFD], "ı"),
            Sample("windows-1250", [0x9C], "ś"),
            Sample("cp1251", [0xCF], "П"),
            Sample("win-1251", [0xCF], "П"),
            Sample("CP_1252", [0x96], "–"),
            Sample("windows-1256", [0xC7], "ا"),
            Sample("koi8-r", [0xF0, 0xCF], "По"),
            Sample("KOI8-U", [0xA4], "є"),
            Sample("ibm850", [0x81], "ü"),
            Sample("cp-437", [0x84], "ä"),
            Sample("cp866", [0x8F], "П"),
            Sample("macintosh", [0x8A], "ä"),
            Sample("x-mac-cyrillic", [0x8F], "П"),
            Sample("tis-620", [0xA1], "ก"),
            Sample("utf8", [0xC3, 0xBC], "ü"),
            Sample("\"utf-8\"", [0xC3, 0xBC], "ü"),
            Sample("utf-8*de", [0xC3, 0xBC], "ü"),
            Sample("gb2312", [0xD2, 0xC6], "移"),
            Sample("GBK", [0x88, 0xF3], "報"),
            Sample("gb18030", [0x81, 0x30, 0x81, 0x30], "\u{80}"),
            Sample("big5", [0xA4, 0xA4], "中"),
            Sample("shift_jis", [0x8C, 0x78, 0xC3], "警ﾃ"),
            Sample("euc-jp", [0xB7, 0xD9], "警"),
            Sample("ks_c_5601-1987", [0xB0, 0xA1], "가"),
            Sample("euc-tw", [0xC4, 0xE3], "中"),
            Sample("iso-2022-jp", [0x1B, 0x24, 0x42, 0x37, 0x59, 0x1B, 0x28, 0x42, 0x61], "警a"),
            Sample("iso-2022-jp", [0x1B, 0x28, 0x49, 0x43, 0x1B, 0x28, 0x42], "ﾃ"),
            Sample("iso-2022-kr", [0x1B, 0x24, 0x29, 0x43, 0x0E, 0x30, 0x21, 0x0F, 0x61], "가a"),
            Sample("hz-gb-2312", Array("~{RF~}a~~".utf8), "移a~"),
            Sample("utf-7", Array("Hi +AOQ-, +-1 +2D3eAA".utf8), "Hi ä, +1 😀"),
            Sample("utf-16", [0xFF, 0xFE, 0x61, 0x00], "a"),
            Sample("utf-16", [0x00, 0x61], "a"),
            Sample("utf-16le", [0x3D, 0xD8, 0x00, 0xDE], "😀"),
            Sample("utf-32be", [0x00, 0x01, 0xF6, 0x00], "😀"),
            Sample("us-ascii", [0xC3, 0xBC], "ü"),
            Sample("unknown-8bit", [0xFC], "ü"),
            Sample("x-nobody-knows", [0xFC], "ü"),
        ])
    func sample(_ sample: Sample) {
        #expect(Charset.decode(sample.bytes[...], label: sample.label) == sample.want)
    }

    @Test("every label of the table is known, and every single-byte set has its own table")
    func tables() {
        for name in SingleByteName.allCases {
            #expect(Charset(label: name.rawValue)?.scheme == .singleByte(name), "\(name)")
            #expect(name.table.upperHalf.count == 128)
        }
        #expect(
            Set(SingleByteName.allCases.map(\.table.upperHalf)).count
                == SingleByteName.allCases.count)
        for name in Iconv.Name.allCases {
            #expect(Charset(label: name.label)?.scheme == .multiByte(name), "\(name)")
        }
    }

    // glibc is a witness that does not share our tables.
    @Test(
        "the tables agree with iconv's",
        arguments: [
            ("ISO-8859-2", "ISO-8859-2"), ("ISO-8859-7", "ISO-8859-7"),
            ("ISO-8859-15", "ISO-8859-15"),
            ("windows-1250", "CP1250"), ("windows-1251", "CP1251"), ("windows-1252", "CP1252"),
            ("windows-1257", "CP1257"), ("KOI8-R", "KOI8-R"), ("KOI8-U", "KOI8-U"),
            ("IBM437", "IBM437"),
            ("IBM850", "IBM850"), ("IBM852", "IBM852"), ("IBM866", "IBM866"),
            ("macintosh", "MACINTOSH"),
            ("windows-874", "CP874"), ("ISO-8859-5", "ISO-8859-5"), ("ISO-8859-16", "ISO-8859-16"),
        ])
    func witness(_ label: String, _ library: String) throws {
        let table = try #require(SingleByteName(rawValue: label)?.table)
        let theirs = try #require(SystemIconv.upperHalf(library))
        for (index, (mine, other)) in zip(table.upperHalf, theirs).enumerated() {
            // Where Windows has nothing, glibc has nothing and WHATWG the control character.
            // Apple's own sign is in the private area of both, each at its own place.
            guard let other, mine != 0xFFFD, mine >= 160, !(0xE000...0xF8FF).contains(mine) else {
                continue
            }
            // KOI8-U and MACINTOSH differ in a few signs between their editions.
            if ["KOI8-U", "macintosh"].contains(label), mine < 0x2600,
                !(0x400...0x4FF).contains(mine)
            {
                continue
            }
            #expect(UInt32(mine) == other, "\(label) \(String(index + 128, radix: 16))")
        }
    }

    @Test("what declares nothing is guessed")
    func guess() {
        let latin: [UInt8] = [0x54, 0xFC, 0x72]
        let koi: [UInt8] = [0xF0, 0xCF]
        #expect(Charset.decode(latin[...], label: nil) == "Tür")
        #expect(Charset.decode(Array("Tür".utf8)[...], label: nil, fallback: "koi8-r") == "Tür")
        #expect(Charset.decode(koi[...], label: nil, fallback: "koi8-r") == "По")
        #expect(Charset.decode(koi[...], label: nil, hint: "koi8-r", fallback: "cp1251") == "По")
        #expect(Charset.decode(koi[...], label: nil, fallback: "no such set") == "ðÏ")
    }

    @Test("a label that the octets contradict is not believed")
    func contradiction() {
        let utf8 = Array("안녕".utf8)
        #expect(Charset.decoded(utf8[...], label: "euc-kr").defect == .wrongCharset)
        #expect(Charset.decode(utf8[...], label: "euc-kr") == "안녕")
        #expect(Charset.decode([0x54, 0xFC, 0x72][...], label: "utf-8") == "Tür")
        let mixed: [UInt8] = [0xFF, 0xFE, 0x20, 0xC3, 0xA4, 0x20, 0xE2, 0x82]
        #expect(Charset.decode(mixed[...], label: "utf-8") == "\u{FFFD}\u{FFFD} ä \u{FFFD}")
        let damaged = Array("Überlänge der Störmeldungen: größer".utf8) + [0xFF]
        #expect(Charset.decode(damaged[...], label: "utf-8").hasSuffix("größer\u{FFFD}"))
        #expect(Charset.decode(damaged[...], label: nil).hasSuffix("größer\u{FFFD}"))
    }

    @Test("any octets in any charset give valid text of bounded size")
    func total() {
        var random = Dice(seed: 5)
        let labels =
            SingleByteName.allCases.map(\.rawValue) + Iconv.Name.allCases.map(\.label)
            + [
                "utf-8", "utf-7", "utf-16", "utf-16le", "utf-32", "iso-2022-jp", "iso-2022-kr",
                "hz",
            ]
        for label in labels {
            for count in [1, 2, 3, 7, 300] {
                let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
                let text = Charset.decode(bytes[...], label: label)
                #expect(text.utf8.count <= count * 6 + 6, "\(label)")
                #expect(String(validating: Array(text.utf8), as: UTF8.self) == text, "\(label)")
            }
        }
    }
}
