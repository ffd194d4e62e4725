internal import Glibc

/// A range of client addresses in CIDR form: `10.0.0.0/8`, `2001:db8::/32`, or one address alone.
///
/// An IPv4 address written as `::ffff:10.0.0.1` is the IPv4 address. // RFC 4291 §2.5.5.2
package struct Network: Hashable, Sendable {
    /// 4 or 16 bytes, the bits beyond the prefix zero.
    private let bytes: [UInt8]
    private let prefixLength: Int

    /// Nil for what is no address, and for an address with bits set beyond the prefix: such a
    /// line means something else than it says.
    package init?(_ text: String) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count <= 2, let bytes = Self.bytes(of: String(halves[0])) else { return nil }
        let bits = bytes.count * 8
        guard halves.count == 2 else {
            self.bytes = bytes
            prefixLength = bits
            return
        }
        guard halves[1].utf8.allSatisfy({ (48...57).contains($0) }), let length = Int(halves[1]),
            length <= bits
        else { return nil }
        for bit in length..<bits where bytes[bit / 8] & (0x80 >> UInt8(bit % 8)) != 0 { return nil }
        self.bytes = bytes
        prefixLength = length
    }

    /// False for what is no address.
    package func contains(_ address: String) -> Bool {
        guard let other = Self.bytes(of: address), other.count == bytes.count else { return false }
        let whole = prefixLength / 8
        guard bytes.prefix(whole) == other.prefix(whole) else { return false }
        let rest = UInt8(prefixLength % 8)
        guard rest > 0 else { return true }
        return bytes[whole] ^ other[whole] < 0x80 >> (rest - 1)
    }

    /// The bytes of an address as XFORWARD and the policy protocol write it.
    private static func bytes(of address: String) -> [UInt8]? {
        var text = address
        if text.lowercased().hasPrefix("ipv6:") { text = String(text.dropFirst(5)) }
        var bytes = [UInt8](repeating: 0, count: 16)
        if unsafe inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes.prefix(4)) }
        guard unsafe inet_pton(AF_INET6, text, &bytes) == 1 else { return nil }
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
        return bytes.starts(with: mapped) ? Array(bytes.suffix(4)) : bytes
    }
}
