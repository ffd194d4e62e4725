/// The SHA-256 digest of bytes that come piece by piece (FIPS 180-4 §6.2).
///
/// In: any bytes, in any division. Out: 32 bytes. Memory is fixed, time linear. It is for telling
/// messages and parts apart, in the journal and in `smsmda inspect`; it is not written to keep
/// a secret (its time does not depend on the bytes, but nobody has checked the compiler's word).
package struct SHA256: Sendable {
    private var state: InlineArray<8, UInt32> = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
        0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    /// What has come of the current block of 64.
    private var block = InlineArray<64, UInt8>(repeating: 0)
    /// Bytes taken so far.
    private var byteCount: UInt64 = 0

    package init() {}

    /// The digest of all of `bytes`.
    package static func digest(of bytes: some Collection<UInt8>) -> [UInt8] {
        var hash = Self()
        hash.update(bytes)
        return hash.finish()
    }

    /// Takes the next bytes.
    package mutating func update(_ bytes: some Collection<UInt8>) {
        let contiguous: Void? = bytes.withContiguousStorageIfAvailable { buffer in
            unsafe update(buffer.span)
        }
        if contiguous == nil { update(Array(bytes).span) }
    }

    /// Takes the next bytes.
    package mutating func update(_ bytes: borrowing Span<UInt8>) {
        var index = 0
        var filled = Int(byteCount % 64)
        byteCount &+= UInt64(bytes.count)
        while filled != 0 && index < bytes.count {
            block[filled] = bytes[index]
            index += 1
            filled = (filled + 1) % 64
            if filled == 0 { Self.compress(&state, block.span, at: 0) }
        }
        while bytes.count - index >= 64 {
            Self.compress(&state, bytes, at: index)
            index += 64
        }
        while index < bytes.count {
            block[filled] = bytes[index]
            index += 1
            filled += 1
        }
    }

    /// The digest of what was taken: 32 bytes. More can be taken afterwards.
    package func finish() -> [UInt8] {
        var last = self
        let bitCount = byteCount &* 8
        // FIPS 180-4 §5.1.1: a one bit, zeros, and the length in 64 bits fill the last block.
        var padding: [UInt8] = [0x80]
        padding += [UInt8](repeating: 0, count: Int((119 &- byteCount % 64) % 64))
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            padding.append(UInt8(truncatingIfNeeded: bitCount >> shift))
        }
        last.update(padding.span)
        var digest: [UInt8] = []
        digest.reserveCapacity(32)
        for index in 0..<8 {
            for shift in stride(from: UInt32(24), through: 0, by: -8) {
                digest.append(UInt8(truncatingIfNeeded: last.state[index] >> shift))
            }
        }
        return digest
    }

    /// A digest in hexadecimal, lower case.
    package static func hex(_ digest: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(digest.count * 2)
        for byte in digest {
            text.append(digit(byte >> 4))
            text.append(digit(byte & 15))
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    // FIPS 180-4 §6.2.2, one block of 64 bytes; the message schedule rolls through 16 words.
    private static func compress(
        _ state: inout InlineArray<8, UInt32>, _ bytes: borrowing Span<UInt8>, at start: Int
    ) {
        var w = InlineArray<16, UInt32>(repeating: 0)
        for word in 0..<16 {
            let at = start &+ word &* 4
            w[word] =
                UInt32(bytes[at]) << 24 | UInt32(bytes[at &+ 1]) << 16
                | UInt32(bytes[at &+ 2]) << 8 | UInt32(bytes[at &+ 3])
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for round in 0..<64 {
            if round >= 16 {
                let s0 = smallSigma0(w[(round &+ 1) & 15])
                let s1 = smallSigma1(w[(round &+ 14) & 15])
                w[round & 15] = w[round & 15] &+ s0 &+ w[(round &+ 9) & 15] &+ s1
            }
            let s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
            let choice = (e & f) ^ (~e & g)
            let t1 = h &+ s1 &+ choice &+ constants[round] &+ w[round & 15]
            let s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
            let majority = (a & b) ^ (a & c) ^ (b & c)
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ t1, c, b, a, t1 &+ s0 &+ majority)
        }
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
        state[4] &+= e
        state[5] &+= f
        state[6] &+= g
        state[7] &+= h
    }

    private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
        word >> count | word << (32 - count)
    }

    private static func smallSigma0(_ word: UInt32) -> UInt32 {
        rotated(word, 7) ^ rotated(word, 18) ^ word >> 3
    }

    private static func smallSigma1(_ word: UInt32) -> UInt32 {
        rotated(word, 17) ^ rotated(word, 19) ^ word >> 10
    }

    // FIPS 180-4 §4.2.2: fractional parts of the cube roots of the first 64 primes.
    private static let constants: InlineArray<64, UInt32> = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1,
        0x923f_82a4, 0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3,
        0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786,
        0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147,
        0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13,
        0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
        0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a,
        0x5b9c_ca4f, 0x682e_6ff3, 0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208,
        0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
