/// Names and values of `application/x-www-form-urlencoded`, in order, repetitions kept.
///
/// Reading is total: a `%` that no two digits follow stands for itself, and bytes that are not
/// UTF-8 become U+FFFD.
struct Form: Sendable {
    private(set) var fields: [(name: String, value: String)] = []

    init() {}

    init(parsing text: String) {
        for field in text.split(separator: "&") {
            let parts = field.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? Self.decoded(parts[1], plusIsBlank: true) : ""
            fields.append((Self.decoded(parts[0], plusIsBlank: true), value))
        }
    }

    /// The first value of that name; nil when there is none.
    subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    /// As `subscript`, but nil for an empty value too.
    func text(_ name: String) -> String? {
        guard let value = self[name], !value.isEmpty else { return nil }
        return value
    }

    func all(_ name: String) -> [String] {
        fields.filter { $0.name == name && !$0.value.isEmpty }.map(\.value)
    }

    static func decoded(_ text: Substring, plusIsBlank: Bool) -> String {
        let wire = Array(text.utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(wire.count)
        var position = 0
        while position < wire.count {
            let byte = wire[position]
            if byte == UInt8(ascii: "%"), position + 2 < wire.count,
                let high = hexValue(wire[position + 1]), let low = hexValue(wire[position + 2])
            {
                bytes.append(high << 4 | low)
                position += 3
                continue
            }
            bytes.append(plusIsBlank && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            position += 1
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Percent-encodes all but the unreserved characters.
    static func encoded(_ text: String) -> String {  // RFC 3986 §2.3
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
