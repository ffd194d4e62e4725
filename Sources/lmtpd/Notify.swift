internal import CLinux
internal import CoreSystem
internal import Glibc

/// Tells systemd how we are: sd_notify(3)'s datagrams, without its library.
///
/// Without `NOTIFY_SOCKET` in the environment it does nothing. A datagram that cannot be sent is not
/// worth more: systemd notices what it does not hear.
@Loop final class Notify {
    private let address: SocketAddress?
    /// Half of what `WATCHDOG_USEC` allows; nil when systemd does not watch us.
    private let watchdogInterval: Duration?

    nonisolated init(environment: [String: String]) {
        address = environment["NOTIFY_SOCKET"].flatMap { SocketAddress(notify: $0) }
        let isForUs = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
        let limit = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        watchdogInterval = isForUs && limit > 0 ? .microseconds(limit / 2) : nil
    }

    func send(_ text: String) {
        guard let address else { return }
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
        let rawValue = socket(AF_UNIX, type, 0)
        guard rawValue >= 0 else { return }
        let descriptor = Descriptor(adopting: rawValue)
        let bytes = Array(text.utf8)
        _ = unsafe address.with { unsafe connect(descriptor.rawValue, $0, $1) }
        _ = unsafe bytes.withUnsafeBytes {
            unsafe Glibc.send(
                descriptor.rawValue, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
        }
    }

    /// systemd compares the time with that of its own signal.
    func reloading() {
        let time = Clock.monotonic.components
        let now = time.seconds * 1_000_000 + time.attoseconds / 1_000_000_000_000
        send("RELOADING=1\nMONOTONIC_USEC=\(now)")
    }

    /// Says that the reactor still turns, as often as systemd wants to hear it.
    func keepWatchdog() async {
        guard let watchdogInterval else { return }
        let alarm = Alarm()
        Loop.reactor.add(alarm)
        while true {
            send("WATCHDOG=1")
            await alarm.sleep(watchdogInterval)
        }
    }
}
