import CoreJournal
import Testing

@Suite struct MessageDigestTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let one: String
        let other: String
        let areSame: Bool
    }

    @Test(
        "what an MTA adds for one delivery does not count, all else does",
        arguments: [
            Case(
                testDescription: "CRLF and LF", one: "A: b\r\n\r\ntext\r\n",
                other: "A: b\n\ntext\n",
                areSame: true),
            Case(
                testDescription: "a missing line end at the end", one: "A: b\n\ntext",
                other: "A: b\n\ntext\n", areSame: true),
            Case(
                testDescription: "a lone CR is text", one: "A: b\n\nte\rxt\n",
                other: "A: b\n\nte\nxt\n",
                areSame: false),
            Case(
                testDescription: "Postfix pipe's flags DORF",
                one:
                    "From a@b  Sat Nov 21 2026\nX-Original-To: x\nDelivered-To: y\nReturn-Path: <a@b>\n"
                    + "Received: z\n\ntext\n",
                other: "Received: z\n\ntext\n", areSame: true),
            Case(
                testDescription: "Exim's three, the date of the try among them",
                one:
                    "Return-path: <a@b>\nEnvelope-to: x\nDelivery-date: Sat, 21 Nov 2026 10:00:00\n"
                    + "Received: z\n\ntext\n",
                other:
                    "Return-path: <a@b>\nEnvelope-to: x\nDelivery-date: Sat, 21 Nov 2026 10:05:00\n"
                    + "Received: z\n\ntext\n", areSame: true),
            Case(
                testDescription: "a folded field in front",
                one: "Delivered-To:\n\tlong\n more\nReceived: z\n\ntext\n",
                other: "Received: z\n\ntext\n", areSame: true),
            Case(
                testDescription: "the same field further down came with the message",
                one: "Received: z\nDelivered-To: y\n\ntext\n", other: "Received: z\n\ntext\n",
                areSame: false),
            Case(
                testDescription: "another Received is another message",
                one: "Received: z\n\ntext\n",
                other: "Received: y\n\ntext\n", areSame: false),
            Case(
                testDescription: "From in the second line is no mbox line",
                one: "Delivered-To: y\nFrom a@b\n\n", other: "\n", areSame: false),
            Case(
                testDescription: "a body that looks like a field in front",
                one: "\nReturn-Path: <a@b>\n", other: "\n", areSame: false),
        ])
    func canonicalForm(_ c: Case) {
        let one = MessageDigest(of: Array(c.one.utf8))
        let other = MessageDigest(of: Array(c.other.utf8))
        #expect((one == other) == c.areSame)
    }

    @Test("the digest of a message in front of nothing is that of its canonical octets")
    func known() {
        // printf 'A: b\n\ntext\n' | sha256sum
        let want = "e7bbfd0651715c95d225f159ade25d841dd3ddb9025a08b11e48565e83156f28"
        #expect(MessageDigest(of: Array("A: b\r\n\r\ntext\r\n".utf8)).hex == want)
    }

    @Test("pieces of any size give the digest of the whole")
    func pieces() {
        let text =
            "From x\r\nReturn-Path:\r\n <a@b>\r\nReceived: z\r\n\r\n\r\rtext\r\n.\r\n\r"
        let octets = Array(text.utf8)
        let want = MessageDigest(of: octets).bytes
        for size in 1...octets.count {
            var canonical = MessageDigest.Canonical()
            for start in stride(from: 0, to: octets.count, by: size) {
                canonical.update(octets[start..<min(start + size, octets.count)].span)
            }
            #expect(canonical.finish() == want, "pieces of \(size)")
        }
    }

    @Test("an endless first line is not kept")
    func endlessLine() {
        let line = [UInt8](repeating: 65, count: 1 << 20)
        #expect(MessageDigest(of: line) == MessageDigest(of: line + [10]))
    }
}
