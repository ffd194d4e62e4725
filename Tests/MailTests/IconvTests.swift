import Testing

@testable import CoreMail

@Suite struct IconvTests {
    @Test("text longer than the conversion's buffer is whole")
    func long() {
        let line = Array("\u{1B}$B7Y9p\u{1B}(B disk 7\n".utf8)
        let bytes = Array(repeatElement(line, count: 1_000).joined())
        let text = Charset.decode(bytes[...], label: "iso-2022-jp")
        #expect(text == String(repeating: "警告 disk 7\n", count: 1_000))
    }

    @Test("an octet without meaning is replaced, and what follows it is read")
    func badOctets() {
        let bytes: [UInt8] = Array("a".utf8) + [0xFF] + Array("b".utf8) + [0x8A]
        #expect(Charset.decode(bytes[...], label: "shift_jis") == "a\u{FFFD}b\u{FFFD}")
    }
}
