import CoreSystem
import Testing

@Suite struct SHA256Tests {
    struct Case: Sendable, CustomTestStringConvertible {
        let input: [UInt8]
        let want: String
        let testDescription: String

        init(_ input: String, _ want: String) {
            self.input = Array(input.utf8)
            self.want = want
            testDescription = "\(input.utf8.count) bytes"
        }
    }

    // The examples of FIPS 180-4's companion document, and the empty input of NIST's CAVP files.
    @Test(
        "the standard's examples",
        arguments: [
            Case("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            Case("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            Case(
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
            Case(
                "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                    + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
                "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"),
            Case(
                String(repeating: "a", count: 1_000_000),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
        ])
    func examples(_ c: Case) { #expect(SHA256.hex(SHA256.digest(of: c.input)) == c.want) }

    @Test("pieces of any size give the digest of the whole", arguments: 1...130)
    func pieces(_ size: Int) {
        let bytes = (0..<517).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var hash = SHA256()
        for start in stride(from: 0, to: bytes.count, by: size) {
            hash.update(bytes[start..<min(start + size, bytes.count)])
        }
        #expect(hash.finish() == SHA256.digest(of: bytes))
        #expect(hash.finish() == hash.finish())
    }

    @Test("every length around the padding's edges is told apart")
    func lengths() {
        let digests = (0...200).map { SHA256.digest(of: [UInt8](repeating: 0, count: $0)) }
        #expect(Set(digests).count == digests.count)
    }
}
