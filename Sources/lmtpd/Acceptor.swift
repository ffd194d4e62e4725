internal import CLinux
internal import CoreConfig
internal import CoreLMTP
internal import CoreSystem
internal import Glibc

/// Takes the clients of one listening socket, and decides what each may do.
///
/// Whoever reaches a unix socket or comes over loopback is let in and believed: permissions and the
/// kernel have decided. Others need `allow_remote`, and TLS before any mail.
@Loop final class Acceptor {
    let waiter = Waiter()
    private let listener: Listener
    private let purpose: Purpose

    enum Purpose: Sendable {
        case lmtp
        /// Questions about recipients; no mail.
        case policy
    }

    /// A session, as what is left to do: run it to its end.
    private typealias Work = @Loop @Sendable () async -> Void

    init(_ listener: Listener, for purpose: Purpose = .lmtp) {
        self.listener = listener
        self.purpose = purpose
    }

    var address: SocketAddress { listener.address }

    /// Accepts until the server stops, and returns when the last session has ended.
    func run(_ server: Server) async {
        await withDiscardingTaskGroup { group in
            do throws(Errno) {
                let descriptor = listener.descriptor.rawValue
                try Loop.reactor.watch(descriptor, events: EPOLLIN.rawValue, waiter)
                while true {
                    try await acceptWaiting(server) { work in
                        group.addTask { @Sendable @Loop in await work() }
                    }
                    if server.isStopping { break }
                    _ = await waiter.wait(until: nil)
                }
                Loop.reactor.unwatch(descriptor)
                // Before the sessions end, which may take long.
                listener.stopListening()
            } catch {
                server.service.log(
                    .error, "cannot listen any more",
                    ["address": address.description, "reason": error.description])
                listener.stopListening()
            }
        }
    }

    /// Takes all clients that wait at the door.
    private func acceptWaiting(
        _ server: Server, _ serve: (@escaping Work) -> Void
    ) async throws(Errno) {
        while true {
            let rawValue = smsmda_accept(listener.descriptor.rawValue)
            guard rawValue >= 0 else {
                let failure = Errno("accept")
                switch failure.code {
                case EAGAIN: return
                case ECONNABORTED, EINTR, EPROTO: continue
                case EMFILE, ENFILE, ENOBUFS, ENOMEM:
                    server.service.log(
                        .error, "no descriptor for a client; raise LimitNOFILE=",
                        ["reason": failure.reason])
                    let alarm = Alarm()
                    Loop.reactor.add(alarm)
                    await alarm.sleep(.seconds(1))
                    Loop.reactor.remove(alarm)
                    if server.isStopping { return }
                    continue
                default: throw failure
                }
            }
            do throws(Errno) {
                if let work = try admit(Descriptor(adopting: rawValue), server) { serve(work) }
            } catch {
                server.service.log(.error, "client lost", ["reason": error.description])
            }
        }
    }

    private func admit(
        _ descriptor: consuming Descriptor, _ server: Server
    ) throws(Errno) -> Work? {
        let peer = SocketAddress(of: descriptor.rawValue, ofPeer: true)
        let isLocal = peer?.isLocal ?? true
        let lmtp = server.service.configuration.lmtp
        if peer?.family != AF_UNIX {
            var yes: Int32 = 1
            // Replies are written whole: nothing is gained by waiting for more.
            _ = unsafe setsockopt(descriptor.rawValue, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, 4)
        }
        let client = peer.map { $0.family == AF_UNIX ? "unix" : $0.host } ?? "?"
        if purpose == .policy {
            // The configuration lets nobody but this host reach it. Postfix waits, then asks anew.
            if server.isFullOfPolicySessions || !isLocal { return nil }
            let session = PolicySession(try Connection(descriptor), server)
            server.admit(session)
            return { await server.serve(session) }
        }
        if server.isFull {
            server.service.log(
                .warning, "too many sessions ([lmtp] max_sessions)", ["client": client])
            Self.refuse(descriptor, Reply(421, EnhancedStatus(4, 3, 2), "too many sessions"))
            return nil
        }
        guard isLocal || (lmtp.allowRemote && server.service.tls != nil) else {
            server.service.log(.warning, "remote client refused", ["client": client])
            Self.refuse(descriptor, Reply(421, EnhancedStatus(4, 7, 0), "not for remote clients"))
            return nil
        }
        let session = ServedSession(
            try Connection(descriptor), server, client: client,
            peer: Session.Peer(
                isTrusted: isLocal, offersTLS: server.service.tls != nil, requiresTLS: !isLocal))
        server.admit(session)
        return { await server.serve(session) }
    }

    private static func refuse(_ descriptor: borrowing Descriptor, _ reply: Reply) {
        // A fresh socket has room for a line; if not, closing says the same.
        _ = try? descriptor.write(some: reply.wireForm[...])
    }
}
