internal import CCurl
internal import CLinux
internal import CoreSystem
internal import CoreTwilio

/// Many exchanges at once on the reactor's thread: libcurl's multi socket interface.
///
/// It makes exchanges and knows nothing of limits or queues. `run` must be running for anything to
/// move. Connections are kept and used again, as many as may be in flight.
@Loop @safe final class CurlMulti {
    private let multi: UnsafeMutableRawPointer
    private let events = CurlEvents()
    private let alarm: Alarm
    private let options: CurlHandle.Options
    private var idle: [CurlHandle] = []
    private var running: [UnsafeMutableRawPointer: Exchange] = unsafe [:]
    private var isRetired = false

    @safe private struct Exchange {
        let handle: CurlHandle
        let continuation: UnsafeContinuation<UInt32, Never>
    }

    /// Never more than `maximum` exchanges at once are asked of it.
    init(_ options: CurlHandle.Options, maximum: Int) {
        self.options = options
        idle = [CurlHandle(options)]  // Starts libcurl.
        guard let multi = unsafe curl_multi_init() else {
            preconditionFailure("no memory for libcurl")
        }
        unsafe self.multi = multi
        alarm = Alarm(waking: events.waiter)
        Loop.reactor.add(alarm)
        let context = unsafe Unmanaged.passUnretained(events).toOpaque()
        unsafe smsmda_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, maximum)
        unsafe smsmda_curl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, context)
        unsafe smsmda_curl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, context)
        unsafe smsmda_curl_multi_set_socket(multi) { _, socket, events, context, _ in
            guard let context = unsafe context else { return 0 }
            let notes = unsafe Unmanaged<CurlEvents>.fromOpaque(context).takeUnretainedValue()
            notes.wishes.append((socket, events))
            return 0
        }
        unsafe smsmda_curl_multi_set_timer(multi) { _, milliseconds, context in
            guard let context = unsafe context else { return 0 }
            let notes = unsafe Unmanaged<CurlEvents>.fromOpaque(context).takeUnretainedValue()
            notes.timeout = milliseconds < 0 ? nil : Loop.reactor.now + .milliseconds(milliseconds)
            return 0
        }
    }

    isolated deinit {
        Loop.reactor.remove(alarm)
        unsafe curl_multi_cleanup(multi)
        events.obeyWishes()
    }

    /// Makes one exchange.
    func exchange(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let handle = idle.popLast() ?? CurlHandle(options)
        handle.prepare(request)
        let code = unsafe await withUnsafeContinuation { continuation in
            unsafe running[handle.rawHandle] = Exchange(handle: handle, continuation: continuation)
            unsafe curl_multi_add_handle(multi, handle.rawHandle)
            events.waiter.nudge()
        }
        defer { idle.append(handle) }
        return try handle.finish(code)
    }

    /// Moves the exchanges on, until `retire` was called and the last one has ended.
    func run() async {
        while !isDone {
            var count: Int32 = 0
            var pending: [(socket: Int32, events: Int32)] = []
            swap(&pending, &events.pending)
            for (socket, happened) in pending {
                unsafe curl_multi_socket_action(multi, socket, happened, &count)
            }
            if let due = events.timeout, due <= Loop.reactor.now {
                events.timeout = nil
                unsafe curl_multi_socket_action(multi, CURL_SOCKET_BAD, 0, &count)
            }
            finishExchanges()
            events.obeyWishes()
            if !events.pending.isEmpty { continue }
            if let due = events.timeout, due <= Loop.reactor.now { continue }
            alarm.deadline = events.timeout
            _ = await events.waiter.wait(until: nil)
        }
    }

    private var isDone: Bool {
        guard isRetired else { return false }
        return unsafe running.isEmpty
    }

    /// No exchange will be asked for any more.
    func retire() {
        isRetired = true
        events.waiter.nudge()
    }

    private func finishExchanges() {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
            let easy = unsafe message.pointee.easy_handle
            let code = unsafe message.pointee.data.result.rawValue
            unsafe curl_multi_remove_handle(multi, easy)
            guard let easy = unsafe easy, let exchange = unsafe running.removeValue(forKey: easy)
            else { preconditionFailure("libcurl ended an exchange that was not asked for") }
            unsafe exchange.continuation.resume(returning: code)
        }
    }
}
