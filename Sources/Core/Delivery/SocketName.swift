internal import CLinux
internal import CoreConfig
internal import CoreSystem
internal import Glibc

/// A `ListenAddress` as connect(2) takes it.
struct SocketName {
    private let bytes: [UInt8]
    var family: Int32 { Int32(bytes[0]) | Int32(bytes[1]) << 8 }

    /// Nil for a host that is neither numeric nor `localhost`: looking up a name can take minutes.
    init?(_ address: ListenAddress) {
        switch address {
        case .unix(let path):
            var name = sockaddr_un()
            name.sun_family = sa_family_t(AF_UNIX)
            let path = Array(path.utf8)
            unsafe withUnsafeMutableBytes(of: &name.sun_path) { unsafe $0.copyBytes(from: path) }
            bytes = unsafe withUnsafeBytes(of: name) { unsafe Array($0) }
        case .inet(let host, let port):
            let host = host.lowercased() == "localhost" ? "127.0.0.1" : host
            var v4 = sockaddr_in()
            var v6 = sockaddr_in6()
            if unsafe inet_pton(AF_INET, host, &v4.sin_addr) == 1 {
                v4.sin_family = sa_family_t(AF_INET)
                v4.sin_port = port.bigEndian
                bytes = unsafe withUnsafeBytes(of: v4) { unsafe Array($0) }
            } else if unsafe inet_pton(AF_INET6, host, &v6.sin6_addr) == 1 {
                v6.sin6_family = sa_family_t(AF_INET6)
                v6.sin6_port = port.bigEndian
                bytes = unsafe withUnsafeBytes(of: v6) { unsafe Array($0) }
            } else {
                return nil
            }
        }
    }

    @unsafe func with<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        unsafe bytes.withUnsafeBytes { raw in
            guard let start = raw.baseAddress else { preconditionFailure("an address has bytes") }
            return unsafe body(
                start.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count))
        }
    }

    /// A socket that is connected and whose every wait ends after `timeout`.
    static func connect(to address: ListenAddress, timeout: Duration) throws(Errno) -> Descriptor {
        guard let target = SocketName(address) else {
            throw Errno("look up \(address)", code: EHOSTUNREACH)
        }
        let rawValue = socket(
            target.family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard rawValue >= 0 else { throw Errno("socket") }
        let descriptor = Descriptor(adopting: rawValue)
        var limit = timeval()
        limit.tv_sec = time_t(timeout.components.seconds)
        limit.tv_usec = suseconds_t(timeout.milliseconds % 1000 * 1000)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            _ = unsafe setsockopt(
                rawValue, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        let status = unsafe target.with { unsafe Glibc.connect(rawValue, $0, $1) }
        guard status == 0 else { throw Errno("connect to \(address)") }
        return descriptor
    }
}
