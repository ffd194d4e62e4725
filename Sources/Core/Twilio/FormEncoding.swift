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
        bytes.reserveCapacity(bytes.count + octets.count + octets.count / 4)
        for index in octets.indices {
            let byte = octets[index]
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "*"):
                bytes.append(byte)
            case UInt8(ascii: " "):
                bytes.append(UInt8(ascii: "+"))
            default:
                bytes.append(UInt8(ascii: "%"))
                bytes.append(Self.hexDigits[Int(byte >> 4)])
                bytes.append(Self.hexDigits[Int(byte & 15)])
            }
        }
    }

    private static let hexDigits = Array("0123456789ABCDEF".utf8)
}
