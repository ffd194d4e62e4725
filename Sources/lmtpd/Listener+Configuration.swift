internal import CLinux
internal import CoreConfig
internal import CoreSystem
internal import Glibc

/// Which sockets the daemon listens on.
extension Listener {
    /// The first descriptor that systemd passes (sd_listen_fds(3)).
    private static let firstPassed: Int32 = 3

    /// Sockets that systemd passed, instead of those in the configuration; `--listen` comes on top
    /// of the former and instead of the latter.
    static func all(
        _ configuration: Configuration, _ arguments: Arguments, _ environment: [String: String]
    ) throws -> [Listener] {
        let lmtp = configuration.lmtp
        var listeners = try passed(environment)
        let named = listeners.isEmpty && arguments.listen.isEmpty ? lmtp.listen : arguments.listen
        for address in named {
            listeners.append(
                try Listener(
                    opening: SocketAddress(address), mode: lmtp.socketMode, group: lmtp.socketGroup)
            )
        }
        for listener in listeners where !listener.address.isLocal {
            guard lmtp.allowRemote, lmtp.tlsCertificateFile != nil else {
                throw Refused(
                    description:
                        "\(listener.address.description) is open to other hosts; if that is "
                        + "meant, set allow_remote = true, tls_cert_file and tls_key_file in [lmtp]"
                )
            }
        }
        return listeners
    }

    /// Where the policy service listens. Its sockets have the mode and group of those of `[lmtp]`.
    static func policy(_ configuration: Configuration) throws -> [Listener] {
        try configuration.policy.listen.map { address in
            try Listener(
                opening: SocketAddress(address), mode: configuration.lmtp.socketMode,
                group: configuration.lmtp.socketGroup)
        }
    }

    private static func passed(_ environment: [String: String]) throws(Refused) -> [Listener] {
        guard environment["LISTEN_PID"] == "\(getpid())",
            let count = environment["LISTEN_FDS"].flatMap({ Int32($0) }), count > 0
        else { return [] }
        var listeners: [Listener] = []
        for descriptor in firstPassed..<(firstPassed + count) {
            listeners.append(try Listener(adopting: descriptor))
        }
        return listeners
    }
}
