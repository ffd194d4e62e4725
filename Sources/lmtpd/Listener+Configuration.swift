internal import CLinux
internal import CoreConfig
internal import CoreSystem
internal import Glibc

/// Which sockets the daemon listens on.
extension Listener {
    /// The first descriptor that systemd passes (sd_listen_fds(3)).
    private static let firstPassed: Int32 = 3

    /// Sockets that systemd passed, instead of those in the configuration; `--listen` comes on top
    /// of the former and instead of the latter. One that systemd passed is the policy service's if
    /// `listen` in `[policy]` has its address. The policy service's have mode and group of `[lmtp]`.
    static func all(
        _ configuration: Configuration, _ arguments: Arguments, _ environment: [String: String]
    ) throws -> (lmtp: [Listener], policy: [Listener]) {
        let passed = try passed(environment)
        let forPolicy = try configuration.policy.listen.map { try SocketAddress($0) }
        var lmtp = passed.filter { !forPolicy.contains($0.address) }
        var policy = passed.filter { forPolicy.contains($0.address) }
        let settings = configuration.lmtp
        func open(_ address: SocketAddress) throws -> Listener {
            try Listener(opening: address, mode: settings.socketMode, group: settings.socketGroup)
        }
        let named = lmtp.isEmpty && arguments.listen.isEmpty ? settings.listen : arguments.listen
        for address in named { lmtp.append(try open(SocketAddress(address))) }
        for address in forPolicy where !passed.contains(where: { $0.address == address }) {
            policy.append(try open(address))
        }
        for listener in lmtp where !listener.address.isLocal {
            guard settings.allowRemote, settings.tlsCertificateFile != nil else {
                throw Refused(
                    description:
                        "\(listener.address.description) is open to other hosts; if that is "
                        + "meant, set allow_remote = true, tls_cert_file and tls_key_file in [lmtp]"
                )
            }
        }
        return (lmtp, policy)
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
