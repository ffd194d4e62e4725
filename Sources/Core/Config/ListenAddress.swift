/// Where a daemon listens, or is asked: `unix:/run/smsmda/lmtp.sock`, `inet:127.0.0.1:2424`.
///
/// The same words as in Postfix's own configuration. An IPv6 address stands in brackets.
package enum ListenAddress: Hashable, Sendable {
    /// An absolute path of at most 103 bytes.
    case unix(path: String)
    /// A numeric address or a name, without brackets.
    case inet(host: String, port: UInt16)

    /// Put behind the path of a socket while it is being made.
    package static let provisionalSuffix = ".new"

    /// sun_path has 108 bytes, the last of them NUL. unix(7)
    private static let longestPath = 107 - provisionalSuffix.utf8.count

    package static let hint =
        "an address, as in \"unix:/run/smsmda/lmtp.sock\" or \"inet:127.0.0.1:2424\""

    package init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard path.hasPrefix("/"), path.utf8.count <= Self.longestPath else { return nil }
            self = .unix(path: path)
        } else if text.hasPrefix("inet:") {
            let rest = text.dropFirst(5)
            guard let colon = rest.lastIndex(of: ":"),
                let port = UInt16(rest[rest.index(after: colon)...])
            else { return nil }
            var host = rest[..<colon]
            if host.hasPrefix("["), host.hasSuffix("]") {
                host = host.dropFirst().dropLast()
            } else if host.contains(":") {
                return nil
            }
            guard !host.isEmpty else { return nil }
            self = .inet(host: String(host), port: port)
        } else {
            return nil
        }
    }

    /// Whether only processes of this host can reach it.
    package var isLocal: Bool {
        switch self {
        case .unix: true
        case .inet(let host, _): Self.isLoopback(host: host)
        }
    }

    /// LMTP must not be there: a mail server that comes takes us for SMTP. RFC 2033 §1
    package var isSMTP: Bool {
        if case .inet(_, 25) = self { true } else { false }
    }

    /// `localhost`, 127.0.0.0/8 and ::1, as they stand in an address or a URL, without brackets.
    package static func isLoopback(host: String) -> Bool {
        if host.lowercased() == "localhost" || host == "::1" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
    }
}

extension ListenAddress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .inet(let host, let port):
            host.contains(":") ? "inet:[\(host)]:\(port)" : "inet:\(host):\(port)"
        }
    }
}
