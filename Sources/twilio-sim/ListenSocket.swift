import CLinux
import CoreSystem
import Glibc

/// A listening TCP socket on a numeric address.
enum ListenSocket {
    private static let backlog: Int32 = 4096

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// - Parameter text: `127.0.0.1:8010`, `[::1]:0`; port 0 takes a free one.
    static func open(_ text: String) throws(Failure) -> Descriptor {
        guard let (host, port) = split(text) else {
            throw Failure(description: "'\(text)' is not ADDRESS:PORT, as in 127.0.0.1:8010")
        }
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(host, String(port), &hints, &found)
        guard status == 0, let address = unsafe found else {
            throw Failure(
                description: "'\(host)' is not an IP address: give one, as 127.0.0.1 or [::1]")
        }
        defer { unsafe freeaddrinfo(address) }
        do throws(Errno) {
            return try unsafe listening(at: address, name: text)
        } catch {
            throw Failure(
                description: error.code == EADDRINUSE
                    ? "\(text) is in use: stop that program, or give --listen another port"
                    : "\(error)")
        }
    }

    /// The address as a URL has it, with the real port.
    static func name(
        of descriptor: borrowing Descriptor, opened text: String
    ) throws(Errno) -> String {
        var address = sockaddr_in6()
        var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor.rawValue, $0, &size)
            }
        }
        guard status == 0, let host = split(text)?.host else { throw Errno("getsockname") }
        // The port lies at the same place in both address families.
        let port = UInt16(bigEndian: address.sin6_port)
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    private static func split(_ text: String) -> (host: String, port: UInt16)? {
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...])
        else { return nil }
        let host = text[..<colon]
        if host == "localhost" { return ("127.0.0.1", port) }
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        return (String(isBracketed ? host.dropFirst().dropLast() : host), port)
    }

    private static func listening(
        at address: UnsafeMutablePointer<addrinfo>, name: String
    ) throws(Errno) -> Descriptor {
        let info = unsafe address.pointee
        let number = unsafe socket(
            info.ai_family, info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw Errno("socket") }
        let descriptor = Descriptor(adopting: number)
        var yes: Int32 = 1
        unsafe setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
        guard unsafe bind(number, info.ai_addr, info.ai_addrlen) == 0 else {
            throw Errno("bind \(name)")
        }
        guard listen(number, backlog) == 0 else { throw Errno("listen on \(name)") }
        return descriptor
    }
}
