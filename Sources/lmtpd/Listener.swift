internal import CLinux
internal import CoreSystem
internal import Glibc

/// A socket that listens: one of ours, or one that systemd opened for us.
///
/// A unix socket appears at once with the mode and group of the configuration, and listens: it is
/// made under another name and renamed. A file left behind by a daemon that died is replaced; one
/// that somebody still answers on never is. A socket of systemd stays open at systemd while we
/// restart, so that no client is ever refused.
final class Listener: Sendable {
    let descriptor: Descriptor
    let address: SocketAddress
    /// We made it, so we remove its file in the end.
    let isOurs: Bool

    /// Connections the kernel completes while we are busy.
    private static let backlog: Int32 = 1024

    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    /// Takes over the descriptor of a socket that listens already.
    init(adopting rawValue: Int32) throws(Refused) {
        guard let address = SocketAddress(of: rawValue) else {
            throw Refused(description: "descriptor \(rawValue) from systemd is not a socket")
        }
        var isListening: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(rawValue, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size) == 0,
            isListening != 0
        else {
            throw Refused(
                description: "descriptor \(rawValue) from systemd does not listen; "
                    + "write ListenStream= in lmtpd.socket, with Accept=no")
        }
        guard smsmda_set_nonblocking_and_closed_on_exec(rawValue) == 0
        else {
            throw Refused(description: "descriptor \(rawValue) from systemd: \(Errno("fcntl"))")
        }
        descriptor = Descriptor(adopting: rawValue)
        self.address = address
        isOurs = false
    }

    /// Opens `address`. `group` is a name or a number; nil keeps the process's own.
    init(opening address: SocketAddress, mode: UInt32, group: String?) throws(Refused) {
        func refused(_ what: String) -> Refused {
            Refused(description: "\(address.description): \(Errno(what))")
        }
        // Two daemons that start at once must not both find the same file stale.
        let folder = try address.path.map { path throws(Refused) in try Self.lockFolder(of: path) }
        defer { folder.map { _ = close($0) } }
        if let path = address.path { try Self.checkNobodyAnswers(path, address) }
        let first = address.provisional ?? address
        if let path = first.path { unsafe unlink(path) }  // Of a daemon that died just here.
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let rawValue = socket(address.family, type, 0)
        guard rawValue >= 0 else { throw refused("socket") }
        let descriptor = Descriptor(adopting: rawValue)
        if address.path == nil {
            var yes: Int32 = 1
            // Without it a restart would wait for the last connections' TIME_WAIT.
            _ = unsafe setsockopt(rawValue, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
        }
        // The file must never be open to more than it is meant for, not even for a moment.
        let oldMask = umask(0o777)
        let bound = unsafe first.with { unsafe bind(rawValue, $0, $1) }
        let failure = bound == 0 ? nil : refused("bind")
        umask(oldMask)
        if let failure {
            guard let path = address.path else { throw failure }
            throw Refused(
                description:
                    "\(failure); the daemon's user must be able to write to the folder, or "
                    + Self.systemdOpens(path))
        }
        do throws(Refused) {
            if let path = first.path { try Self.permit(path, mode: mode, group: group) }
            guard Glibc.listen(rawValue, Self.backlog) == 0 else { throw refused("listen") }
            if let from = first.path, let path = address.path {
                guard unsafe rename(from, path) == 0 else { throw refused("rename \(from)") }
            }
        } catch {
            if let path = first.path { unsafe unlink(path) }
            throw error
        }
        self.descriptor = descriptor
        // The port may have been 0: ask what it became.
        self.address =
            address.path == nil ? SocketAddress(of: rawValue) ?? address : address
        isOurs = true
    }

    /// Takes no more clients, if the socket is ours: they hear at once that nobody is there, instead
    /// of waiting for a daemon that will not answer, and the next daemon can listen already. With a
    /// socket of systemd they wait for the next daemon.
    func stopListening() {
        guard isOurs else { return }
        if let path = address.path { unsafe unlink(path) }
        shutdown(descriptor.rawValue, Int32(SHUT_RDWR))
    }

    private static func permit(_ path: String, mode: UInt32, group: String?) throws(Refused) {
        if let group {
            guard let id = groupID(group) else {
                throw Refused(
                    description: "unix:\(path): no group \(group); create it or change "
                        + "[lmtp] socket_group")
            }
            guard unsafe chown(path, uid_t.max, id) == 0 else {
                throw Refused(
                    description: "unix:\(path): \(Errno("chgrp to \(group)")); the daemon's user "
                        + "must be a member, or " + systemdOpens(path))
            }
        }
        guard unsafe chmod(path, mode) == 0
        else { throw Refused(description: "unix:\(path): \(Errno("chmod"))") }
    }

    private static func systemdOpens(_ path: String) -> String {
        "let systemd open the socket: ListenStream=\(path) in lmtpd.socket"
    }

    private static func groupID(_ group: String) -> gid_t? {
        if let number = gid_t(group) { return number }
        guard let entry = unsafe getgrnam(group) else { return nil }
        return unsafe entry.pointee.gr_gid
    }

    /// Locks the folder of a socket until the descriptor is closed.
    private static func lockFolder(of path: String) throws(Refused) -> Int32 {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "/"
        do throws(Errno) {
            let descriptor = try Descriptor(opening: folder.isEmpty ? "/" : folder)
            // Not to be had on some file systems; then the probe alone must do.
            _ = flock(descriptor.rawValue, LOCK_EX)
            return descriptor.release()
        } catch {
            throw Refused(
                description:
                    "unix:\(path): \(error); create the folder, owned by the daemon's user, or "
                    + systemdOpens(path))
        }
    }

    /// Makes sure that a file at the path is a socket that a daemon has left behind.
    private static func checkNobodyAnswers(
        _ path: String, _ address: SocketAddress
    ) throws(Refused) {
        switch FileKind(path: path) {
        case .missing: return
        case .socket: break
        case .regular, .directory, .other:
            throw Refused(
                description:
                    "unix:\(path): there is a file that is no socket; remove it, or choose "
                    + "another path in [lmtp] listen")
        }
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let rawValue = socket(AF_UNIX, type, 0)
        guard rawValue >= 0
        else { throw Refused(description: "unix:\(path): \(Errno("socket"))") }
        let probe = Descriptor(adopting: rawValue)
        let status = unsafe address.with { unsafe connect(probe.rawValue, $0, $1) }
        guard status != 0, errno == ECONNREFUSED else {
            throw Refused(
                description: "unix:\(path): another process answers there; stop it first, or "
                    + "choose another path in [lmtp] listen")
        }
    }
}
