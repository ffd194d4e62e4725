internal import CCrypto

/// The SHA-256 digest of bytes that come piece by piece (FIPS 180-4 §6.2), by OpenSSL.
///
/// In: any bytes, in any division. Out: 32 bytes. It tells messages and parts apart, in the journal
/// and in `smsmda inspect`; it keeps no secret.
package struct SHA256: Sendable {
    private var state: SHA256_CTX

    package init() {
        state = SHA256_CTX()
        unsafe _ = SHA256_Init(&state)
    }

    /// The digest of all of `bytes`.
    package static func digest(of bytes: some Collection<UInt8>) -> [UInt8] {
        var hash = Self()
        hash.update(bytes)
        return hash.finish()
    }

    /// The digest of all of `octets`.
    package static func digest(of octets: Span<UInt8>) -> [UInt8] {
        var hash = Self()
        hash.update(octets)
        return hash.finish()
    }

    /// Takes the next octets.
    package mutating func update(_ octets: Span<UInt8>) {
        unsafe octets.withUnsafeBufferPointer {
            unsafe _ = SHA256_Update(&state, $0.baseAddress, $0.count)
        }
    }

    /// The same for whoever has no span; many small pieces cost more this way.
    package mutating func update(_ bytes: some Collection<UInt8>) {
        let contiguous: Void? = bytes.withContiguousStorageIfAvailable { buffer in
            unsafe _ = SHA256_Update(&state, buffer.baseAddress, buffer.count)
        }
        if contiguous == nil { update(Array(bytes)) }
    }

    /// The digest of what was taken: 32 bytes. More can be taken afterwards.
    package func finish() -> [UInt8] {
        var last = self
        return unsafe [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) {
            digest, count in
            unsafe SHA256_Final(digest.baseAddress, &last.state)
            count = digest.count
        }
    }

    /// A digest in hexadecimal, lower case.
    package static func hex(_ digest: [UInt8]) -> String {
        unsafe String(unsafeUninitializedCapacity: digest.count * 2) { text in
            for (index, byte) in digest.enumerated() {
                unsafe text[2 * index] = digit(byte >> 4)
                unsafe text[2 * index + 1] = digit(byte & 15)
            }
            return text.count
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
