internal import CoreSystem

/// Reads a reverse-path or forward-path, `<@relay:"local part"@domain>`, from a command.
///
/// Out: the address as text, the local part still quoted where it was. Source routes are dropped
/// (RFC 5321 §4.1.1.3). An address without a domain is taken, for the MTA may be set up to hand over
/// bare numbers. It does not say whether the address means anything: that is delivery's business.
enum Path {
    /// The address, and what follows the closing bracket. Nil when there is no well-formed path.
    static func read(
        _ bytes: ArraySlice<UInt8>
    ) -> (address: String, rest: ArraySlice<UInt8>)? {
        guard bytes.first == UInt8(ascii: "<") else { return nil }
        var rest = bytes.dropFirst()
        if rest.first == UInt8(ascii: "@") {
            guard let colon = rest.firstIndex(of: UInt8(ascii: ":")),
                rest[..<colon].allSatisfy({ isDomain($0) || $0 == 0x40 || $0 == 0x2C })
            else { return nil }
            rest = rest[(colon + 1)...]
        }
        guard let end = addressEnd(rest), end < rest.endIndex, rest[end] == UInt8(ascii: ">")
        else { return nil }
        let address = rest[..<end]
        guard let text = String(validating: address.span) else { return nil }
        return (text, rest[(end + 1)...])
    }

    /// Where an address stops that begins where `bytes` do. Nil when a quote is left open.
    private static func addressEnd(_ bytes: ArraySlice<UInt8>) -> Int? {
        var index = bytes.startIndex
        if bytes.first == UInt8(ascii: "\"") {
            index += 1
            while true {
                guard index < bytes.endIndex else { return nil }
                switch bytes[index] {
                case UInt8(ascii: "\""):
                    index += 1
                    return domainEnd(bytes, from: index)
                case UInt8(ascii: "\\"): index += 2  // RFC 5321 §4.1.2, quoted-pairSMTP
                case 0..<32, 127: return nil
                default: index += 1
                }
            }
        }
        while index < bytes.endIndex, isLocal(bytes[index]) { index += 1 }
        return domainEnd(bytes, from: index)
    }

    private static func domainEnd(_ bytes: ArraySlice<UInt8>, from start: Int) -> Int? {
        guard start < bytes.endIndex, bytes[start] == UInt8(ascii: "@") else { return start }
        guard start > bytes.startIndex else { return nil }
        var index = start + 1
        while index < bytes.endIndex, isDomain(bytes[index]) { index += 1 }
        return index > start + 1 ? index : nil
    }

    /// atext and the dot, and what else turns up unquoted in the wild and is harmless.
    private static func isLocal(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...32, 127: false
        case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "@"), UInt8(ascii: "\""),
            UInt8(ascii: "\\"):
            false
        default: true
        }
    }

    /// Letters, digits, `-`, `.`, `_`, UTF-8 (RFC 6531 §3.3) and address literals.
    private static func isDomain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), 128...255:
            true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "["),
            UInt8(ascii: "]"), UInt8(ascii: ":"):
            true
        default: false
        }
    }
}
