internal import CLinux
internal import CoreConfig
internal import CoreSystem
internal import Glibc

/// An address of a socket: `unix:/path` or `inet:address:port`, or one that a socket has.
///
/// Of a name that means several addresses the first is taken.
@safe struct SocketAddress: Sendable, Equatable {
    private let storage: sockaddr_storage
    private let length: socklen_t
    /// Set for a unix socket that has a file.
    let path: String?

    /// As in the configuration, for logs: `unix:/run/lmtp.sock`, `inet:127.0.0.1:2424`.
    let description: String

    var family: Int32 { Int32(storage.ss_family) }

    struct Unusable: Error, CustomStringConvertible {
        let description: String
    }

    init(_ address: ListenAddress) throws(Unusable) {
        switch address {
        case .unix(let path): self.init(path: path, "\(address)")
        case .inet(let host, let port): try self.init(host: host, port: port, "\(address)")
        }
    }

    /// The socket of `NOTIFY_SOCKET`; an `@` in front means one without a file.
    init?(notify text: String) {
        guard text.hasPrefix("/") || text.hasPrefix("@"), text.utf8.count <= Self.longestPath
        else { return nil }
        self.init(path: text, text)
    }

    /// unix(7): `sun_path` has 108 octets, the last of them NUL.
    private static let longestPath = 107

    /// For a unix socket with a file, the name that it has until it is ready.
    var provisional: SocketAddress? {
        path.map { Self(path: $0 + ListenAddress.provisionalSuffix, description) }
    }

    private init(path: String, _ text: String) {
        var bytes = Array(path.utf8)
        precondition(bytes.count <= Self.longestPath, "the configuration checks the length")
        let isAbstract = bytes.first == UInt8(ascii: "@")
        if isAbstract { bytes[0] = 0 }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        var storage = sockaddr_storage()
        unsafe withUnsafeMutableBytes(of: &storage) { target in
            unsafe withUnsafeBytes(of: &address) { unsafe target.copyMemory(from: $0) }
        }
        self.storage = storage
        // The length says where a name without a file ends; after a path it may count the NUL.
        length = socklen_t(
            MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1))
        self.path = isAbstract ? nil : path
        description = text
    }

    private init(host: String, port: UInt16, _ text: String) throws(Unusable) {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_NUMERICSERV | AI_PASSIVE
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(host, "\(port)", &hints, &found)
        guard status == 0, let entry = unsafe found else {
            throw Unusable(
                description: "\(text): no such address; write a numeric one in [lmtp] listen")
        }
        defer { unsafe freeaddrinfo(entry) }
        var storage = sockaddr_storage()
        unsafe withUnsafeMutableBytes(of: &storage) {
            unsafe $0.copyMemory(
                from: UnsafeRawBufferPointer(
                    start: entry.pointee.ai_addr, count: Int(entry.pointee.ai_addrlen)))
        }
        self.storage = storage
        unsafe length = entry.pointee.ai_addrlen
        path = nil
        description = text
    }

    /// The address a socket is bound to, or, with `ofPeer`, the one at its other end.
    init?(of descriptor: Int32, ofPeer: Bool = false) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe ofPeer
                    ? getpeername(descriptor, $0, &length) : getsockname(descriptor, $0, &length)
            }
        }
        guard status == 0 else { return nil }
        self.storage = storage
        self.length = length
        path = nil
        description = Self.shown(&storage, length)
    }

    private static func shown(_ storage: inout sockaddr_storage, _ length: socklen_t) -> String {
        guard Int32(storage.ss_family) != AF_UNIX else {
            return unsafe withUnsafeBytes(of: &storage) { bytes in
                let name = unsafe bytes.prefix(Int(length)).dropFirst(2).prefix { $0 != 0 }
                return unsafe "unix:" + String(decoding: name, as: UTF8.self)
            }
        }
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var port = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        let status = unsafe withUnsafePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getnameinfo(
                    $0, length, &host, socklen_t(host.count), &port, socklen_t(port.count),
                    NI_NUMERICHOST | NI_NUMERICSERV)
            }
        }
        guard status == 0 else { return "inet:?" }
        let name = Self.text(host)
        return "inet:" + (name.contains(":") ? "[\(name)]" : name) + ":" + Self.text(port)
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The same place, however it was written.
    static func == (one: SocketAddress, other: SocketAddress) -> Bool {
        one.numericForm == other.numericForm
    }

    private var numericForm: String {
        var copy = storage
        return Self.shown(&copy, length)
    }

    /// Unix sockets and loopback addresses: nobody on the network reaches them.
    var isLocal: Bool {
        if family == AF_UNIX { return true }
        let host = self.host
        return host.hasPrefix("127.") || host == "::1" || host.hasPrefix("::ffff:127.")
    }

    /// The numeric address without the port; empty for a unix socket.
    var host: String {
        guard family != AF_UNIX, let colon = description.lastIndex(of: ":") else { return "" }
        let host = description[..<colon].dropFirst(5)
        return host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : String(host)
    }

    /// Calls bind(2) or connect(2) with the address.
    func with(_ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        unsafe withUnsafePointer(to: storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe call($0, length)
            }
        }
    }
}
