import Foundation
import TestSupport
import Testing

@testable import CoreSMS

@Suite struct SegmentCountTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let what: String
        let text: String
        let encoding: SMSEncoding
        let segments: Int
        let units: Int
        var testDescription: String { what }

        init(_ what: String, _ text: String, _ encoding: SMSEncoding, _ segments: Int, _ units: Int)
        {
            self.what = what
            self.text = text
            self.encoding = encoding
            self.segments = segments
            self.units = units
        }
    }

    static func a(_ count: Int) -> String { String(repeating: "a", count: count) }

    @Test(
        "a text is counted as the provider bills it",
        arguments: [
            Case("empty", "", .gsm7, 0, 0),
            Case("one septet", "a", .gsm7, 1, 1),
            Case("exactly one segment", a(160), .gsm7, 1, 160),
            Case("one more", a(161), .gsm7, 2, 161),
            Case("two full segments", a(306), .gsm7, 2, 306),
            Case("three", a(307), .gsm7, 3, 307),
            Case("an escape pair at the end of one", a(158) + "€", .gsm7, 1, 160),
            Case("an escape pair over the end", a(159) + "€", .gsm7, 2, 161),
            Case(
                "a pair is not split: the first segment is short", a(152) + "€" + a(151), .gsm7, 2,
                305),
            Case("and so a third is needed", a(152) + "€" + a(152), .gsm7, 3, 306),
            Case("backtick is not GSM-7", "`", .ucs2, 1, 1),
            Case("tab is not", "a\tb", .ucs2, 1, 3),
            Case("only the capital cedilla is", "Ç", .gsm7, 1, 1),
            Case("the small one is not", "ç", .ucs2, 1, 1),
            Case("CR LF counts two", "a\r\nb", .gsm7, 1, 4),
            Case(
                "CR LF over the end of a segment is split", a(152) + "\r\n" + a(20), .gsm7, 2, 174),
            Case("exactly one UCS-2 segment", "ж" + a(69), .ucs2, 1, 70),
            Case("one more", "ж" + a(70), .ucs2, 2, 71),
            Case("an emoji is two units", "😀" + a(68), .ucs2, 1, 70),
            Case("a flag is four, not split", a(66) + "🇮🇹" + a(64), .ucs2, 3, 134),
            Case("decomposed letters are UCS-2", "e\u{301}", .ucs2, 1, 2),
            Case(
                "a cluster longer than a segment", "a" + String(repeating: "\u{301}", count: 140),
                .ucs2,
                3, 141),
            Case("1,600 characters", a(1600), .gsm7, 11, 1600),
            Case("1,600 in UCS-2", "ж" + a(1599), .ucs2, 24, 1600),
        ])
    func counts(_ c: Case) {
        let got = SegmentCount(c.text)
        #expect(got.encoding == c.encoding)
        #expect(got.segments == c.segments)
        #expect(got.units == c.units)
    }

    @Test(
        "every octet of ASCII counts what the alphabet says, wherever it stands", arguments: 0..<128
    )
    func everyOctet(_ value: UInt8) {
        let septets = GSM7.septets(Unicode.Scalar(value))
        for position in [0, 1, 15, 16, 31, 39] {
            var octets = [UInt8](repeating: UInt8(ascii: "a"), count: 40)
            octets[position] = value
            let text = String(decoding: octets, as: UTF8.self)
            #expect(GSM7.isPlain(text) == (septets == 1), "at \(position)")
            #expect(GSM7.has(text) == (septets > 0), "at \(position)")
            #expect(GSM7.isPair(value) == (septets == 2) || septets == 0)
            #expect(GSM7.prefix(of: text).utf8.count == (septets == 0 ? position : 40))
            let got = SegmentCount(text)
            #expect(got.encoding == (septets == 0 ? .ucs2 : .gsm7))
            #expect(got.units == (septets == 0 ? 40 : 39 + septets))
        }
    }

    @Test("a text is counted scalar by scalar as it is cluster by cluster")
    func clusters() {
        let seed = UInt64.random(in: 0 ... .max)
        var dice = Dice(seed: seed)
        let tokens = [
            "aaaaaaaaaaaaaaaaaaaa", "a", "[", "{}", "€", "é", "Ç", "ç", "\u{AD}", "\r\n", "\r",
            "\n", "\u{301}",
            "Ω", "ж", "😀", "🇮🇹",
        ]
        for round in 0..<3_000 {
            // Few kinds in a text, so that all of them are often of one sort.
            let few = (0..<3).map { _ in dice.one(of: tokens) }
            let text = dice.text(of: few, upTo: 40)
            for encoding in [SMSEncoding.gsm7, .ucs2] {
                var atOnce = Packing(encoding)
                atOnce.add(text)
                var oneByOne = Packing(encoding)
                for character in text { oneByOne.add(character) }
                #expect(
                    atOnce.units == oneByOne.units && atOnce.segments == oneByOne.segments,
                    "\(text.debugDescription), round \(round), seed \(seed)")
            }
        }
    }

    @Test("plain ASCII is counted at once as it is one by one", arguments: 0...480)
    func plain(_ count: Int) {
        let text = String(repeating: "a b\r\n_Z9", count: count / 8 + 1).prefix(count)
        // Something that has to stay together goes in front, so that no segment is full.
        for front in ["", "[", String(repeating: "x", count: 152) + "{"] {
            var atOnce = Packing(.gsm7)
            atOnce.add(front)
            atOnce.add(text)
            var oneByOne = Packing(.gsm7)
            for character in front + text { oneByOne.add(character) }
            #expect(atOnce.units == oneByOne.units && atOnce.segments == oneByOne.segments)
        }
    }

    @Test("the alphabet has 127 characters of one septet and 10 of two")
    func alphabet() {
        var counts = [0, 0, 0]
        for value in UInt32(0)...0xFFFF {
            if let scalar = Unicode.Scalar(value) { counts[GSM7.septets(scalar)] += 1 }
        }
        #expect(counts[1] == 127)
        #expect(counts[2] == 10)
    }

    struct Vector: Decodable {
        let name: String
        let body: String
        let encoding: String
        let segments: Int
        let messageBits: Int?
    }

    static let vectorFile = "../shared/twilio/segment-vectors.json"

    @Test(
        "the vectors of the provider's own calculator hold",
        .enabled(
            if: FileManager.default.fileExists(atPath: vectorFile),
            "skipped: \(vectorFile) is not beside this source tree"))
    func vectors() throws {
        let data = try Data(contentsOf: URL(filePath: Self.vectorFile))
        let vectors = try JSONDecoder().decode([Vector].self, from: data)
        #expect(vectors.count >= 48)
        for vector in vectors {
            let got = SegmentCount(vector.body)
            #expect(got.encoding.rawValue == vector.encoding, "\(vector.name)")
            #expect(got.segments == vector.segments, "\(vector.name)")
            guard let bits = vector.messageBits else { continue }
            #expect(got.units * got.encoding.unitBits == bits, "\(vector.name)")
        }
    }
}
