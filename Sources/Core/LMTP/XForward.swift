internal import CoreSystem

/// What Postfix says about the client it got a message from, in XFORWARD commands.
///
/// The values are the word of a trusted MTA about an outsider: good for logs and policy, never to
/// be obeyed. An attribute is nil when it was not sent or is `[UNAVAILABLE]`. They hold for one
/// transaction. The extension is described in Postfix's XFORWARD_README.
package struct XForward: Hashable, Sendable {
    package var clientName: String?
    package var clientAddress: String?
    package var clientPort: String?
    package var proto: String?
    package var helo: String?
    /// Postfix's queue id.
    package var queueID: String?
    /// `LOCAL` or `REMOTE`.
    package var source: String?

    package init() {}

    /// The names we take, as offered in the answer to LHLO.
    static let keyword = "XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE"
    /// Octets of one decoded value.
    static let longestValue = 255

    /// Takes one command's attributes; what an earlier command of the transaction said stays.
    mutating func merge(_ attributes: [Attribute]) {
        for attribute in attributes { self[keyPath: attribute.name.field] = attribute.value }
    }

    package struct Attribute: Hashable, Sendable {
        package let name: Name
        /// Nil for `[UNAVAILABLE]`.
        package let value: String?
    }

    package enum Name: String, Sendable, CaseIterable {
        case name = "NAME"
        case address = "ADDR"
        case port = "PORT"
        case proto = "PROTO"
        case helo = "HELO"
        case ident = "IDENT"
        case source = "SOURCE"

        var field: WritableKeyPath<XForward, String?> {
            switch self {
            case .name: \.clientName
            case .address: \.clientAddress
            case .port: \.clientPort
            case .proto: \.proto
            case .helo: \.helo
            case .ident: \.queueID
            case .source: \.source
            }
        }
    }

    /// Reads `NAME=value ADDR=value ...`.
    static func attributes(in arguments: ArraySlice<UInt8>) throws(Reply) -> [Attribute] {
        var attributes: [Attribute] = []
        for word in arguments.split(separator: UInt8(ascii: " ")) {
            guard let equals = word.firstIndex(of: UInt8(ascii: "=")),
                let name = Name(
                    rawValue: String(decoding: word[..<equals], as: UTF8.self).uppercased())
            else {
                throw Reply(
                    501, .badArguments, "XFORWARD takes NAME=value, and only the names in LHLO")
            }
            guard let text = decodeXText(word[(equals + 1)...]), text.utf8.count <= longestValue
            else {
                throw Reply(501, .badArguments, "XFORWARD \(name.rawValue): not xtext, or too long")
            }
            let isKnown = !text.isEmpty && text.uppercased() != "[UNAVAILABLE]"
            attributes.append(Attribute(name: name, value: isKnown ? text : nil))
        }
        guard !attributes.isEmpty else {
            throw Reply(501, .badArguments, "XFORWARD needs NAME=value")
        }
        return attributes
    }

    /// RFC 3461 §4: `+` and two hexadecimal digits stand for an octet. Nil for what is not xtext, and
    /// for a value that would not be one line of text.
    private static func decodeXText(_ bytes: ArraySlice<UInt8>) -> String? {
        var decoded: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == UInt8(ascii: "+") {
                guard index + 2 < bytes.endIndex, let high = hexDigit(bytes[index + 1]),
                    let low = hexDigit(bytes[index + 2])
                else { return nil }
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(byte)
                index += 1
            }
        }
        guard !decoded.contains(where: { $0 < 32 || $0 == 127 }) else { return nil }
        return String(validating: decoded.span)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
