internal import CLinux
internal import CoreSystem
internal import Glibc

/// A client's socket: bytes in and out, in the clear or over TLS, each wait with a deadline.
///
/// One task at a time reads, writes or waits here. Closed when the last reference goes.
@Loop final class Connection {
    enum Failure: Error {
        /// The client closed, or the connection broke: there is nobody left to tell.
        case closed
        case timedOut
        /// Somebody called `interrupt`: look whether to go on.
        case interrupted
        case tls(String)
    }

    let waiter = Waiter()
    private let descriptor: Descriptor
    private var tls: TLSStream?
    private var isInterrupted = false
    /// Reads since the last time the others had their turn.
    private var readsInARow = 0

    /// A client that sends faster than we read would keep the thread for itself.
    private static let mostReadsInARow = 4

    /// For a client that reads nothing, once the daemon stops.
    private static let lastWords = Duration.seconds(5)

    /// What one read may take. Shared: a session holds only what it has not dealt with.
    private static var scratch = [UInt8](repeating: 0, count: 1 << 16)

    /// Takes over a socket that does not block.
    init(_ descriptor: consuming Descriptor) throws(Errno) {
        self.descriptor = descriptor
        try Loop.reactor.watch(self.descriptor.rawValue, events: Self.input, waiter)
    }

    /// Edge-triggered: everybody tries first and waits only after EAGAIN.
    private static let input = EPOLLIN.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
    /// Only while a write waits: else each reply that the client reads would be an event, and, with
    /// what it sends meanwhile, a write that waits would wake for that.
    private static let room = EPOLLOUT.rawValue | EPOLLET.rawValue

    isolated deinit {
        tls?.shutdown()
        Loop.reactor.unwatch(descriptor.rawValue)
    }

    var rawDescriptor: Int32 { descriptor.rawValue }

    /// Makes a read that waits, now or later, throw `interrupted` once.
    func interrupt() {
        isInterrupted = true
        waiter.nudge()
    }

    /// Waits for bytes and gives them to `body`. Throws `closed` at the end of the stream.
    func read(
        until deadline: Duration, _ body: (ArraySlice<UInt8>) -> Void
    ) async throws(Failure) {
        readsInARow += 1
        if readsInARow > Self.mostReadsInARow {
            readsInARow = 0
            await Task.yield()
            // Such a client never makes us wait, which is where time-outs are noticed else.
            if deadline <= Loop.reactor.now { throw .timedOut }
        }
        while true {
            let count = try readSome()
            if count > 0 { return body(Self.scratch[..<count]) }
            readsInARow = 0
            if isInterrupted {
                isInterrupted = false
                throw .interrupted
            }
            try await wait(until: deadline)
        }
    }

    /// Writes all of `bytes`, waiting while the client does not take them.
    func write(_ bytes: [UInt8], until deadline: Duration) async throws(Failure) {
        var rest = bytes[...]
        var end = deadline
        while !rest.isEmpty {
            let count = try writeSome(rest)
            rest = rest.dropFirst(count)
            guard count == 0 else { continue }
            if isInterrupted { end = min(end, Loop.reactor.now + Self.lastWords) }
            try await waitForRoom(until: end)
        }
    }

    /// Makes the connection a TLS one, as its server.
    func startTLS(_ context: TLSContext, until deadline: Duration) async throws(Failure) -> String {
        guard let stream = TLSStream(context, over: descriptor.rawValue) else {
            throw .tls("no memory for a TLS session")
        }
        while true {
            switch stream.handshake() {
            case .done:
                tls = stream
                return stream.summary
            case .mustRead: try await wait(until: deadline)
            case .mustWrite: try await waitForRoom(until: deadline)
            case .closed: throw .closed
            case .failed(let reason): throw .tls(reason)
            }
        }
    }

    /// Reads and drops what the client still sends, so that closing does not reset the connection
    /// before the last reply has arrived.
    func drain() {
        // The end of what we say, so that nobody can cut it short unnoticed. RFC 8446 §6.1
        tls?.shutdown()
        shutdown(descriptor.rawValue, Int32(SHUT_WR))
        for _ in 0..<16 {
            guard let count = try? readSome(), count > 0 else { return }  // Nothing left to save.
        }
    }

    private func wait(until deadline: Duration) async throws(Failure) {
        if await waiter.wait(until: deadline) == .deadline { throw .timedOut }
    }

    /// Waits until the socket takes bytes again.
    private func waitForRoom(until deadline: Duration) async throws(Failure) {
        do throws(Errno) {
            try Loop.reactor.watch(descriptor.rawValue, events: Self.room, waiter)
        } catch {
            throw .closed
        }
        defer { Loop.reactor.setEvents(Self.input, of: descriptor.rawValue) }
        try await wait(until: deadline)
    }

    /// What is there now, into `scratch`; 0 when nothing is.
    private func readSome() throws(Failure) -> Int {
        if let tls {
            switch tls.read(into: &Self.scratch) {
            case .done(let count): return count
            case .mustRead, .mustWrite: return 0
            case .closed: throw .closed
            case .failed(let reason): throw .tls(reason)
            }
        }
        let descriptor = self.descriptor.rawValue
        while true {
            let count = unsafe Self.scratch.withUnsafeMutableBytes {
                unsafe recv(descriptor, $0.baseAddress, $0.count, 0)
            }
            if count > 0 { return count }
            if count == 0 { throw .closed }
            if errno == EAGAIN { return 0 }
            if errno != EINTR { throw .closed }
        }
    }

    private func writeSome(_ bytes: ArraySlice<UInt8>) throws(Failure) -> Int {
        if let tls {
            switch tls.write(bytes) {
            case .done(let count): return count
            case .mustRead, .mustWrite: return 0
            case .closed: throw .closed
            case .failed(let reason): throw .tls(reason)
            }
        }
        do throws(Errno) {
            return try descriptor.write(some: bytes)
        } catch {
            if error.code == EAGAIN { return 0 }
            throw .closed
        }
    }
}
