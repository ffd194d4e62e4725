/// One question of Postfix's policy delegation protocol: `name=value` lines.
///
/// In: what smtpd(8) sends at RCPT, documented in SMTPD_POLICY_README. Out: its attributes. Later
/// releases of Postfix add attributes, so unknown ones are kept and the order does not matter; of
/// a name given twice the last one counts.
package struct PolicyRequest: Hashable, Sendable {
    package private(set) var attributes: [String: String] = [:]

    package init() {}

    /// Nil where the attribute is missing or empty: Postfix sends empty ones for what it does not know.
    package subscript(name: String) -> String? {
        get { attributes[name].flatMap { $0.isEmpty ? nil : $0 } }
        set { attributes[name] = newValue }
    }

    /// Postfix asks at several stages if it is configured so; recipients are known at this one.
    package var isAtRecipient: Bool { self["protocol_state"] == "RCPT" && self["recipient"] != nil }

    package var recipient: String { self["recipient"] ?? "" }

    /// Octets that the client announced with SIZE; nil where it did not.
    package var size: Int? { self["size"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } }

    package var sender: Sender {
        Sender(
            reversePath: self["sender"] ?? "", saslUser: self["sasl_username"],
            clientAddress: self["client_address"])
    }

    /// The request as a client writes it, with the empty line at its end.
    ///
    /// A line end or backslash in a value becomes `\n`, `\r` or `\\`, a NUL goes.
    package var wireForm: [UInt8] {
        var bytes: [UInt8] = []
        let ordered = attributes.sorted { one, other in
            // "request" comes first, as from Postfix; the rest in a stable order.
            (one.key == "request" ? 0 : 1, one.key) < (other.key == "request" ? 0 : 1, other.key)
        }
        for (name, value) in ordered {
            bytes += Array("\(name)=".utf8)
            for byte in value.utf8 {
                switch byte {
                case UInt8(ascii: "\n"): bytes += Array("\\n".utf8)
                case UInt8(ascii: "\r"): bytes += Array("\\r".utf8)
                case UInt8(ascii: "\\"): bytes += Array("\\\\".utf8)
                case 0: break
                default: bytes.append(byte)
                }
            }
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes + [UInt8(ascii: "\n")]
    }
}

/// Reads requests from a connection, piece by piece as they arrive.
///
/// A request ends with an empty line; many may follow each other. It is bounded: a line, a request
/// and what is kept between calls.
package struct PolicyRequestReader: Sendable {
    private var line: [UInt8] = []
    private var request = PolicyRequest()
    private var byteCount = 0

    /// The client does not speak the protocol: close the connection.
    package struct Malformed: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// Postfix's own limit on a line is 2048; a request of its has about 30.
    private static let maximumByteCount = 64 * 1024

    package init() {}

    /// Whether the connection may end here without a request being lost.
    package var isBetweenRequests: Bool { byteCount == 0 }

    package mutating func receive(_ bytes: some Sequence<UInt8>) throws(Malformed)
        -> [PolicyRequest]
    {
        var requests: [PolicyRequest] = []
        for byte in bytes {
            byteCount += 1
            guard byteCount <= Self.maximumByteCount else {
                throw Malformed(
                    description: "a request of more than \(Self.maximumByteCount) bytes")
            }
            guard byte == UInt8(ascii: "\n") else {
                line.append(byte)
                continue
            }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            if line.isEmpty {
                requests.append(request)
                request = PolicyRequest()
                byteCount = 0
            } else {
                try take(line)
                line.removeAll(keepingCapacity: true)
            }
        }
        return requests
    }

    private mutating func take(_ line: [UInt8]) throws(Malformed) {
        guard let equals = line.firstIndex(of: UInt8(ascii: "=")), equals > 0 else {
            throw Malformed(description: "a line without name=value")
        }
        let name = String(decoding: line[..<equals], as: UTF8.self)
        request[name] = String(decoding: line[(equals + 1)...], as: UTF8.self)
    }
}
