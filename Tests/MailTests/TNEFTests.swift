import Testing

@testable import CoreMail

@Suite struct TNEFTests {
    // The example of MS-OXRTFCP §4.1.1.
    static let compressed: [UInt8] = [
        0x2D, 0, 0, 0, 0x2B, 0, 0, 0, 0x4C, 0x5A, 0x46, 0x75, 0xF1, 0xC5, 0xC7, 0xA7, 0x03, 0x00,
        0x0A, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0A, 0xF3, 0x20, 0x68,
        0x65, 0x6C, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xB0, 0x6C, 0x64, 0x7D, 0x0A, 0x80, 0x0F,
        0xA0,
    ]
    // The example of MS-OXRTFCP §4.1.2: references that reach into what they write.
    static let crossing: [UInt8] = [
        0x1A, 0, 0, 0, 0x1C, 0, 0, 0, 0x4C, 0x5A, 0x46, 0x75, 0xE2, 0xD4, 0x4B, 0x51, 0x41, 0x00,
        0x04, 0x20, 0x57, 0x58, 0x59, 0x5A, 0x0D, 0x6E, 0x7D, 0x01, 0x0E, 0xB0,
    ]

    @Test("compressed RTF")
    func lzfu() {
        let text = CompressedRTF.decode(Self.compressed[...], limit: 1_000)
        #expect(
            text.map { String(decoding: $0, as: UTF8.self) }
                == "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n")
        let crossed = CompressedRTF.decode(Self.crossing[...], limit: 1_000)
        #expect(
            crossed.map { String(decoding: $0, as: UTF8.self) } == "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}")
        #expect(CompressedRTF.decode(Self.compressed[...], limit: 5)?.count == 5)
        #expect(CompressedRTF.decode(Self.compressed[..<8], limit: 5) == nil)
    }

    @Test(
        "RTF as text",
        arguments: [
            Case("plain", #"{\rtf1\ansi hello\par world}"#, "hello\nworld"),
            Case(
                "fonts and colours are no text",
                #"{\rtf1{\fonttbl{\f0 Arial;}}{\colortbl;\red0;}x}"#, "x"),
            Case("octets in the code page", #"{\rtf1\ansicpg1251 \'cf\'ee}"#, "По"),
            Case("Unicode with a stand-in", #"{\rtf1\uc1 T\u252?r}"#, "Tür"),
            Case("stand-in as code", #"{\rtf1 T\u252\'fcr}"#, "Tür"),
            Case("negative Unicode", #"{\rtf1 \u-10179?\u-8704?}"#, "😀"),
            Case("symbols", #"{\rtf1 a\~b \{c\} \\ \emdash\tab x}"#, "a\u{A0}b {c} \\ —\tx"),
            Case("ignorable destinations", #"{\rtf1{\*\generator Me;}x{\*\unknown y}z}"#, "xz"),
            Case("binary data", "{\\rtf1 a\\bin3 {{{b}", "ab"),
            Case("more ends than beginnings", "}}}x", "x"),
            Case("cut off", #"{\rtf1 a\'"#, "a"),
            Case(
                "HTML inside",
                #"{\rtf1\fromhtml1{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 hi\htmlrtf\par}\htmlrtf0}"#,
                "hi\n"),
        ])
    func rtf(_ c: Case<String, String>) {
        #expect(RTFText.plain(from: Array(c.input.utf8)[...], limit: 1_000) == c.want)
    }

    @Test("deep RTF and long RTF are bounded")
    func bounds() {
        let deep = Array(String(repeating: "{", count: 100_000).utf8) + Array("x".utf8)
        #expect(RTFText.plain(from: deep[...], limit: 100) == "x")
        let long = Array(String(repeating: "\\par ", count: 100_000).utf8)
        #expect(RTFText.plain(from: long[...], limit: 100).utf8.count == 100)
    }

    @Test("a stream cut anywhere is read without trapping, and never gives more than the whole")
    func cuts() throws {
        let whole = Self.stream()
        let tnef = try #require(TNEF(parsing: whole))
        #expect(tnef.subject == "Kühlraum")
        #expect(tnef.text == "hello world")
        #expect(tnef.html == "<b>hi</b>")
        #expect(tnef.attachments.map(\.name) == ["Bericht.pdf"])
        #expect(tnef.attachments.map(\.byteCount) == [3])
        for count in 0..<whole.count {
            let cut = TNEF(parsing: Array(whole[..<count]))
            #expect((cut?.attachments.count ?? 0) <= 1)
        }
    }

    @Test("every octet changed to every extreme is read without trapping")
    func mutations() {
        let whole = Self.stream()
        for index in whole.indices {
            for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
                var changed = whole
                changed[index] = value
                _ = TNEF(parsing: changed)
            }
        }
    }

    @Test("what is no TNEF is nil")
    func other() {
        #expect(TNEF(parsing: []) == nil)
        #expect(TNEF(parsing: Array("hello".utf8)) == nil)
    }

    static func number(_ value: Int, _ size: Int = 4) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    static func property(_ tag: Int, _ value: [UInt8]) -> [UInt8] {
        let padding = [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
        return number(tag) + number(1) + number(value.count) + value + padding
    }

    static func attribute(_ level: UInt8, _ tag: Int, _ data: [UInt8]) -> [UInt8] {
        [level] + number(tag) + number(data.count) + data
            + number(data.reduce(0) { $0 + Int($1) } & 0xFFFF, 2)
    }

    static func stream() -> [UInt8] {
        let subject = Array("Kühlraum".utf16.map { number(Int($0), 2) }.joined()) + [0, 0]
        let message =
            number(6)
            // A number, a time, a named property, two numbers in one property.
            + number(0x3FDE_0003) + number(1252)
            + number(0x0039_0040) + number(0, 8)
            + number(0x8001_0003) + [UInt8](repeating: 7, count: 16) + number(1) + number(4)
            + [0x61, 0, 0, 0] + number(9)
            + property(0x0037_001F, subject)
            + property(0x1009_0102, compressed)
            + property(0x1013_0102, Array("<b>hi</b>".utf8))
        let file = number(1) + property(0x3707_001E, Array("Bericht.pdf\0".utf8))
        return number(0x223E_9F78) + number(1, 2)
            + attribute(1, 0x0006_9007, number(1252) + number(0))
            + attribute(1, 0x0006_9003, message)
            + attribute(2, 0x0006_9002, [UInt8](repeating: 0, count: 14))
            + attribute(2, 0x0006_800F, Array("PDF".utf8))
            + attribute(2, 0x0006_9005, file)
    }
}
