import CoreSystem
import TestSupport
import Testing

@Suite struct OctetsTests {
    @Test("an octet is found where it first stands in the range, else the range's end")
    func first() {
        let octets = Array("..x.....x.....................................x....".utf8)
        for start in 0...octets.count {
            for end in start...octets.count {
                let want = octets[start..<end].firstIndex(of: UInt8(ascii: "x")) ?? end
                let got = octets.span.first(UInt8(ascii: "x"), in: start..<end)
                #expect(got == want)
            }
        }
        let found = [UInt8]().span.first(0, in: 0..<0)
        #expect(found == 0)
    }

    @Test("one octet beyond ASCII is noticed, wherever it stands", arguments: 0...70)
    func isASCII(_ count: Int) {
        let plain = [UInt8](repeating: 0x7F, count: count)
        let isASCII = plain.span.isASCII
        #expect(isASCII)
        for index in plain.indices {
            var octets = plain
            octets[index] = 0x80
            let isASCII = octets.span.isASCII
            #expect(!isASCII)
        }
    }

    @Test("octets become text where the standard library's own validation says so")
    func validation() {
        let seed = UInt64.random(in: 0 ... .max)
        var dice = Dice(seed: seed)
        let pieces: [[UInt8]] = [
            [0x41], [0x0A], [0x00], [0xC3, 0xA9], [0xE2, 0x82, 0xAC], [0xF0, 0x9F, 0x98, 0x80],
            [0xC3], [0x80], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF],
        ]
        var valid = 0
        for round in 0..<5_000 {
            let octets = (0..<Int.random(in: 0...6, using: &dice)).flatMap { _ in
                dice.one(of: pieces)
            }
            let want = String(validating: octets, as: UTF8.self)
            #expect(String(validating: octets.span) == want, "round \(round), seed \(seed)")
            valid += want == nil ? 0 : 1
        }
        #expect((500...4_500).contains(valid), "both kinds were tried")
    }
}
