import CLinux
import CMicroHTTPD
import CoreSystem
import Dispatch
import Glibc

/// What the server asks about each request. Called from the server's threads, several at once.
protocol HTTPHandler: Sendable {
    /// The head was read, the body was not.
    func begin(_ method: String, _ target: RequestTarget) -> HTTPBeginning
    func answer(_ request: HTTPRequest, _ ticket: Ticket) -> Answer
    /// The response is out, or the connection gone. Once for each ticket.
    func end(_ ticket: Ticket)
}

/// What to do with a request whose head was read.
enum HTTPBeginning: Sendable {
    case read(Ticket)
    /// Reset the connection. `end` will be called with this ticket.
    case reset(Ticket)
}

/// An HTTP/1.1 server on a listening socket: libmicrohttpd, with TLS when given a certificate.
///
/// In: a handler. It answers from a few threads; a delayed answer holds no thread, so thousands of
/// connections may wait. A request body over `bodyLimit` is cut there, and the handler sees the
/// beginning. It runs until the process ends: there is no stop.
///
/// The only file that sees libmicrohttpd.
@safe final class HTTPServer: @unchecked Sendable {
    // @unchecked: libmicrohttpd locks what its threads share; `daemon` is written once, in init.
    private var daemon: OpaquePointer?
    private let handler: any HTTPHandler

    static let bodyLimit = 1 << 20
    /// Seconds a connection may be idle between requests.
    private static let idleTimeout = 300
    private static let connectionLimit = 8192
    private static let threadCount = 2

    struct StartError: Error, CustomStringConvertible {
        let description: String
    }

    /// Certificate and key in PEM form; both or none.
    struct Identity: Sendable {
        let certificate: String
        let key: String
    }

    /// Serves on `socket`, which is bound and listening, until the process ends.
    init(
        on socket: consuming Descriptor, identity: Identity?, handler: any HTTPHandler
    ) throws(StartError) {
        self.handler = handler
        // Without TURBO the library sends a FIN before it closes, and a reset would come too late.
        var flags = MHD_USE_EPOLL_INTERNALLY.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue
        flags |= MHD_USE_TURBO.rawValue
        if identity != nil { flags |= MHD_USE_TLS.rawValue }
        // The library keeps pointers into the PEM texts, for as long as it runs.
        let certificate = unsafe identity.flatMap { unsafe strdup($0.certificate) }
        let key = unsafe identity.flatMap { unsafe strdup($0.key) }
        var options = unsafe [
            MHD_OptionItem(
                option: .LISTEN_SOCKET, value: Int(socket.release()), ptr_value: nil),
            MHD_OptionItem(
                option: .THREAD_POOL_SIZE, value: Self.threadCount, ptr_value: nil),
            MHD_OptionItem(
                option: .CONNECTION_LIMIT, value: Self.connectionLimit, ptr_value: nil),
            MHD_OptionItem(
                option: .CONNECTION_TIMEOUT, value: Self.idleTimeout, ptr_value: nil),
        ]
        if let certificate = unsafe certificate, let key = unsafe key {
            unsafe options.append(
                MHD_OptionItem(
                    option: .HTTPS_MEM_CERT, value: 0, ptr_value: certificate))
            unsafe options.append(
                MHD_OptionItem(option: .HTTPS_MEM_KEY, value: 0, ptr_value: key))
        }
        unsafe options.append(MHD_OptionItem(option: .END, value: 0, ptr_value: nil))
        let context = unsafe Unmanaged.passRetained(self).toOpaque()
        unsafe daemon = options.withUnsafeMutableBufferPointer {
            unsafe smsmda_mhd_start(
                flags, handleAccess, noteTarget, noteCompleted, context, $0.baseAddress)
        }
        guard unsafe daemon != nil else {
            throw StartError(
                description: identity == nil
                    ? "libmicrohttpd cannot serve on this socket"
                    : "libmicrohttpd cannot use the certificate or the key: are both PEM files,"
                        + " and do they belong together?")
        }
    }

    /// One call of the library for a request: head, each piece of the body, end, after a delay.
    fileprivate func advance(
        _ exchange: Exchange, _ connection: OpaquePointer, method: String,
        piece: UnsafeBufferPointer<UInt8>?
    ) -> MHD_Result {
        switch exchange.phase {
        case .new:
            switch handler.begin(method, exchange.target) {
            case .read(let ticket):
                exchange.ticket = ticket
                exchange.phase = .reading(ticket)
                return .YES
            case .reset(let ticket):
                exchange.ticket = ticket
                exchange.phase = .answered
                return unsafe reset(connection)
            }
        case .reading(let ticket):
            if let piece = unsafe piece {
                let room = Self.bodyLimit - exchange.body.count
                unsafe exchange.body += piece.prefix(room)
                return .YES
            }
            let request = HTTPRequest(
                method: method, target: exchange.target, headers: unsafe headers(of: connection),
                body: exchange.body)
            let answer = handler.answer(request, ticket)
            guard answer.delay > .zero else { return unsafe deliver(answer, connection) }
            exchange.phase = .held(answer)
            unsafe hold(connection, for: answer.delay)
            return .YES
        case .held(let answer):
            exchange.phase = .answered
            return unsafe deliver(answer, connection)
        case .answered:
            return .NO
        }
    }

    fileprivate func finish(_ exchange: Exchange) {
        if let ticket = exchange.ticket { handler.end(ticket) }
    }

    private func deliver(_ answer: Answer, _ connection: OpaquePointer) -> MHD_Result {
        let body = answer.response.body
        let response: OpaquePointer?
        switch answer.delivery {
        case .reset: return unsafe reset(connection)
        case .whole:
            unsafe response = body.withUnsafeBytes {
                // The library copies; it takes the pointer as mutable for other modes.
                unsafe MHD_create_response_from_buffer(
                    body.count, UnsafeMutableRawPointer(mutating: $0.baseAddress),
                    .RESPMEM_MUST_COPY)
            }
        case .truncated:
            unsafe response = BodyFeed(body, connection, .cut(reset: false)).response()
        case .resetInside:
            unsafe response = BodyFeed(body, connection, .cut(reset: true)).response()
        case .slow(let duration):
            unsafe response = BodyFeed(body, connection, .slow(duration)).response()
        }
        guard let response = unsafe response else { return .NO }
        defer { unsafe MHD_destroy_response(response) }
        for (name, value) in answer.response.headers {
            unsafe MHD_add_response_header(response, name, value)
        }
        return unsafe MHD_queue_response(connection, UInt32(answer.response.status), response)
    }

    private func headers(of connection: OpaquePointer) -> [(name: String, value: String)] {
        let collected = HeaderList()
        unsafe MHD_get_connection_values(
            connection, .HEADER_KIND,
            { context, _, name, value in
                guard let context = unsafe context, let name = unsafe name else { return .NO }
                let list = unsafe Unmanaged<HeaderList>.fromOpaque(context).takeUnretainedValue()
                let text = unsafe value.map { unsafe String(cString: $0) } ?? ""
                unsafe list.fields.append((String(cString: name), text))
                return .YES
            }, Unmanaged.passUnretained(collected).toOpaque())
        return collected.fields
    }
}

/// Gathers the header fields of one request during the library's callbacks.
private final class HeaderList {
    var fields: [(name: String, value: String)] = []
}

/// One request on its way, owned by the library between `noteTarget` and `noteCompleted`.
private final class Exchange {
    enum Phase {
        case new
        case reading(Ticket)
        case held(Answer)
        case answered
    }

    let target: RequestTarget
    var body: [UInt8] = []
    var phase = Phase.new
    /// nil until the head was read.
    var ticket: Ticket?

    init(target: RequestTarget) { self.target = target }
}

/// A body handed over piece by piece, cut or slowed down.
///
/// The library owns it and calls it with its connection alive.
@safe private final class BodyFeed {
    enum Manner {
        case cut(reset: Bool)
        case slow(Duration)
    }

    private let body: [UInt8]
    private let connection: OpaquePointer
    private let manner: Manner
    /// Pieces of a slow body.
    private static let pieceCount = 20
    /// The piece after which a slow body already rested.
    private var rested = 0

    init(_ body: [UInt8], _ connection: OpaquePointer, _ manner: Manner) {
        self.body = body
        unsafe self.connection = connection
        self.manner = manner
    }

    /// The library's response, which owns this object from now on.
    func response() -> OpaquePointer? {
        unsafe MHD_create_response_from_callback(
            UInt64(body.count), 4096,
            { context, position, target, room in
                guard let context = unsafe context, let target = unsafe target else { return -2 }
                let feed = unsafe Unmanaged<BodyFeed>.fromOpaque(context).takeUnretainedValue()
                let space = unsafe UnsafeMutableRawBufferPointer(start: target, count: room)
                return unsafe feed.fill(space, from: Int(position))
            }, Unmanaged.passRetained(self).toOpaque(),
            { context in
                guard let context = unsafe context else { return }
                unsafe Unmanaged<BodyFeed>.fromOpaque(context).release()
            })
    }

    /// Returns the count of bytes given, 0 for "ask again", -2 to end the connection.
    private func fill(_ space: UnsafeMutableRawBufferPointer, from position: Int) -> Int {
        let end: Int
        switch manner {
        case .cut(let withReset):
            end = body.count / 2
            if position >= end {
                if withReset { unsafe _ = reset(connection) }
                return -2
            }
        case .slow(let duration):
            if rested < position + 1 {
                rested = position + 1
                unsafe hold(connection, for: duration / Self.pieceCount)
                return 0
            }
            end = position + max(1, (body.count + Self.pieceCount - 1) / Self.pieceCount)
        }
        let piece = body[position..<min(end, position + space.count, body.count)]
        unsafe space.copyBytes(from: piece)
        return piece.count
    }
}

/// Takes a connection off its thread and puts it back after `duration`.
private func hold(_ connection: OpaquePointer, for duration: Duration) {
    unsafe MHD_suspend_connection(connection)
    // An address, because a pointer may not be handed to another thread; the library keeps the
    // connection alive until it is resumed.
    let address = Int(bitPattern: connection)
    let delay = DispatchTimeInterval.microseconds(Int(duration / .microseconds(1)))
    DispatchQueue.global().asyncAfter(deadline: .now() + delay) {
        unsafe MHD_resume_connection(OpaquePointer(bitPattern: address))
    }
}

/// Has the kernel send a TCP reset when the library closes the connection, which it then does.
private func reset(_ connection: OpaquePointer) -> MHD_Result {
    var lingering = linger(l_onoff: 1, l_linger: 0)
    unsafe setsockopt(
        smsmda_mhd_descriptor(connection), SOL_SOCKET, SO_LINGER, &lingering,
        socklen_t(MemoryLayout<linger>.size))
    return .NO
}

private func noteTarget(
    _: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    let text = unsafe target.map { unsafe String(cString: $0) } ?? "/"
    return unsafe Unmanaged.passRetained(Exchange(target: RequestTarget(text))).toOpaque()
}

private func handleAccess(
    _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _: UnsafePointer<CChar>?, _ data: UnsafePointer<CChar>?,
    _ count: UnsafeMutablePointer<Int>?,
    _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let context = unsafe context, let connection = unsafe connection,
        let method = unsafe method, let opaque = unsafe state?.pointee
    else { return .NO }
    let server = unsafe Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(opaque).takeUnretainedValue()
    guard let count = unsafe count, unsafe count.pointee > 0, let data = unsafe data else {
        return unsafe server.advance(
            exchange, connection, method: String(cString: method), piece: nil)
    }
    let total = unsafe count.pointee
    unsafe count.pointee = 0
    return unsafe data.withMemoryRebound(to: UInt8.self, capacity: total) {
        unsafe server.advance(
            exchange, connection, method: String(cString: method),
            piece: UnsafeBufferPointer(start: $0, count: total))
    }
}

private func noteCompleted(
    _ context: UnsafeMutableRawPointer?, _: OpaquePointer?,
    _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _: MHD_RequestTerminationCode
) {
    guard let context = unsafe context, let opaque = unsafe state?.pointee else { return }
    let server = unsafe Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
    server.finish(unsafe Unmanaged<Exchange>.fromOpaque(opaque).takeRetainedValue())
    unsafe state?.pointee = nil
}
