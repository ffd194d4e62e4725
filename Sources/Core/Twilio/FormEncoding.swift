/// `application/x-www-form-urlencoded`, written as Twilio's own client libraries write it.
///
/// Source: WHATWG URL Standard, section 5.2.
package struct FormEncoding: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func append(_ name: String, _ value: String) {
        if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
        append(escaped: name)
        bytes.append(UInt8(ascii: "="))
        append(escaped: value)
    }

    private mutating func append(escaped text: String) {
        let octets = text.utf8.span
        bytes.append(addingCapacity: 3 * octets.count) { escaped in
            for index in octets.indices {
                let octet = octets[index]
                if Self.isUnreserved(octet) {
                    escaped.append(octet)
                } else if octet == UInt8(ascii: " ") {
                    escaped.append(UInt8(ascii: "+"))
                } else {
                    escaped.append(UInt8(ascii: "%"))
                    escaped.append(Self.hexDigit(octet >> 4))
                    escaped.append(Self.hexDigit(octet & 15))
                }
            }
        }
    }

    /// Letters, digits, `-`, `.`, `_` and `*`.
    private static func isUnreserved(_ octet: UInt8) -> Bool {
        (octet | 0x20) &- UInt8(ascii: "a") < 26 || octet &- UInt8(ascii: "0") < 10
            || octet == UInt8(ascii: "-") || octet == UInt8(ascii: ".")
            || octet == UInt8(ascii: "_") || octet == UInt8(ascii: "*")
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
