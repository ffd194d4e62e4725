internal import CCurl
internal import CLinux
internal import CoreSystem

/// What libcurl asks for and what the reactor tells it, kept until the transport gets to it.
///
/// libcurl's callbacks come in the middle of its own functions and must not call others: they only
/// leave a note here. Only the reactor's thread touches it.
final class CurlEvents: EventTarget, @unchecked Sendable {
    // @unchecked: see above.
    /// libcurl wants to hear of these events (`CURL_POLL_...`), in the order it said so.
    var wishes: [(socket: Int32, events: Int32)] = []
    /// Sockets on which something happened, with `CURL_CSELECT_...`.
    var pending: [(socket: Int32, events: Int32)] = []
    /// `Clock.elapsed` at which libcurl wants to be called; nil for not at all.
    var timeout: Duration?
    let waiter = Waiter()

    func fire(_ events: UInt32, on descriptor: Int32) {
        var happened: Int32 = 0
        if events & EPOLLIN.rawValue != 0 { happened |= CURL_CSELECT_IN }
        if events & EPOLLOUT.rawValue != 0 { happened |= CURL_CSELECT_OUT }
        if events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 {
            happened |= CURL_CSELECT_IN | CURL_CSELECT_ERR
        }
        pending.append((descriptor, happened))
        waiter.nudge()
    }

    func expire(_ now: Duration) {}
    var hasDeadline: Bool { false }

    /// Passes libcurl's wishes on to the reactor.
    @Loop func obeyWishes() {
        for (socket, events) in wishes {
            switch events {
            case CURL_POLL_REMOVE, CURL_POLL_NONE: Loop.reactor.unwatch(socket)
            default:
                var mask: UInt32 = 0
                if events & CURL_POLL_IN != 0 { mask |= EPOLLIN.rawValue }
                if events & CURL_POLL_OUT != 0 { mask |= EPOLLOUT.rawValue }
                do throws(Errno) {
                    try Loop.reactor.watch(socket, events: mask, self)
                } catch {
                    // libcurl closed it since; the exchange ends by its own time-out at worst.
                }
            }
        }
        wishes.removeAll(keepingCapacity: true)
    }
}
