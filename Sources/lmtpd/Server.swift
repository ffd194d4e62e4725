internal import CoreConfig
internal import CoreDelivery
internal import CoreJournal
internal import CoreSystem
internal import Glibc

/// The daemon's life: it keeps the sessions, counts, reloads its configuration and stops.
///
/// Stopping: no new clients, sessions between transactions are told 421, the others finish theirs,
/// all within `[lmtp] shutdown_timeout`. What is cut off then is an uncertain claim in the journal,
/// and the MTA's retry finds out.
@Loop final class Server {
    private(set) var service: Service
    /// Set once the daemon stops: until then a new client may begin its transaction.
    private(set) var graceEnds: Duration?
    let host: String
    private let journal: any Journal
    private let load: @Sendable () throws(ConfigurationError) -> Configuration
    private let notify: Notify
    private var sessions: [ObjectIdentifier: ServedSession] = [:]
    private var policySessions: [ObjectIdentifier: PolicySession] = [:]
    private var acceptors: [Waiter] = []
    private var counts = Counts()

    /// A client that has connected sends its first command at once.
    private static let grace = Duration.seconds(3)

    private struct Counts {
        var sessions = 0
        var sent = 0
        var deferred = 0
        var bounced = 0
    }

    init(
        _ service: Service, journal: any Journal, notify: Notify,
        load: @escaping @Sendable () throws(ConfigurationError) -> Configuration
    ) {
        self.service = service
        self.journal = journal
        self.notify = notify
        self.load = load
        host = service.configuration.lmtp.hostname ?? Self.hostName()
    }

    /// Serves until a signal ends it. Returns when the last transaction has ended.
    func run(_ listeners: [Acceptor]) async {
        Self.start { [self] in await obey(Signals()) }
        Self.start { [notify] in await notify.keepWatchdog() }
        service.line.start()
        let addresses = listeners.map(\.address.description).joined(separator: ", ")
        service.log(.notice, "ready", ["version": Version.current, "listen": addresses])
        notify.send("READY=1\nSTATUS=listening on \(addresses)")
        await withDiscardingTaskGroup { group in
            for listener in listeners {
                acceptors.append(listener.waiter)
                group.addTask { @Sendable @Loop in await listener.run(self) }
            }
        }
        await journal.close()
        service.log(.notice, "stopped", [:])
    }

    /// Starts what lives as long as the process.
    private static func start(_ work: @escaping @Loop @Sendable () async -> Void) {
        Task(executorPreference: Loop.reactor) { @Sendable @Loop in await work() }
    }

    private static func hostName() -> String {
        var name = [UInt8](repeating: 0, count: 256)
        let status = unsafe name.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return Int32(-1) }
            return unsafe gethostname(
                start.assumingMemoryBound(to: CChar.self), bytes.count - 1)
        }
        return status == 0 ? String(decoding: name.prefix { $0 != 0 }, as: UTF8.self) : "localhost"
    }

    // MARK: Sessions

    var isFull: Bool { sessions.count >= service.configuration.lmtp.maxSessions }

    /// Counts a session from the moment it is let in, before it runs: of many clients that come at
    /// once no more are let in than may be.
    func admit(_ session: ServedSession) { sessions[ObjectIdentifier(session)] = session }

    func serve(_ session: ServedSession) async {
        await ProviderLine.$session.withValue(session.number) { await session.run() }
        sessions[ObjectIdentifier(session)] = nil
    }

    /// Each smtpd process of the MTA keeps one.
    var isFullOfPolicySessions: Bool {
        policySessions.count >= service.configuration.lmtp.maxSessions
    }

    func admit(_ session: PolicySession) { policySessions[ObjectIdentifier(session)] = session }

    func serve(_ session: PolicySession) async {
        await session.run()
        policySessions[ObjectIdentifier(session)] = nil
    }

    /// A session's number in this process, and its name: short, and unlike those of the last weeks.
    func makeSessionID() -> (number: Int, id: String) {
        counts.sessions += 1
        let start = String(Self.startTime % 60_466_176, radix: 36)
        return (counts.sessions, "\(start).\(String(counts.sessions, radix: 36))")
    }

    private static let startTime = Clock.system.now().milliseconds / 1000

    func count(_ outcome: Outcome) {
        switch outcome.status.statusClass {
        case .sent: counts.sent += 1
        case .transient: counts.deferred += 1
        case .permanent: counts.bounced += 1
        }
    }

    var isStopping: Bool { graceEnds != nil }

    // MARK: Signals

    private func obey(_ signals: Signals) async {
        while true {
            switch await signals.next() {
            case SIGHUP: await reload()
            case SIGUSR1: logState()
            case SIGTERM, SIGINT: stop()
            default: break
            }
        }
    }

    private func logState() {
        service.log(
            .notice, "state",
            [
                "sessions": "\(sessions.count)", "accepted": "\(counts.sessions)",
                "sent": "\(counts.sent)", "deferred": "\(counts.deferred)",
                "bounced": "\(counts.bounced)", "in-flight": "\(service.line.state.inFlight)",
                "waiting": "\(service.line.state.waiting)",
                "limit": "\(service.line.state.limit)",
                "provider": service.line.state.isReachable ? "reachable" : "unreachable",
            ])
    }

    /// Takes up the configuration anew; a bad one changes nothing.
    private func reload() async {
        notify.reloading()
        defer { notify.send("READY=1") }
        do {
            let configuration = try load()
            let old = service
            let keepsLine =
                ProviderLine.settings(configuration)
                == ProviderLine.settings(old.configuration)
            let line = keepsLine ? old.line : ProviderLine(configuration)
            service = try Service(
                configuration, journal: journal, line: line,
                log: configuration.log.open(program: "lmtpd"), threads: old.threads)
            if !keepsLine { line.start() }
            sayWhatNeedsRestart(old.configuration, configuration)
            service.log(.notice, "configuration reloaded", ["file": configuration.file])
        } catch {
            service.log(
                .error, "configuration not reloaded, the old one stays", ["reason": "\(error)"])
        }
    }

    private func sayWhatNeedsRestart(_ old: Configuration, _ new: Configuration) {
        let sockets =
            (old.lmtp.listen, old.lmtp.socketMode, old.lmtp.socketGroup, old.policy.listen)
            != (new.lmtp.listen, new.lmtp.socketMode, new.lmtp.socketGroup, new.policy.listen)
        if sockets || old.journal != new.journal {
            service.log(
                .warning,
                "changes to [journal] and the sockets of [lmtp] and [policy] need a restart", [:])
        }
    }

    /// Ends the daemon in good order; the second signal ends it at once.
    private func stop() {
        guard !isStopping else { return Loop.reactor.stop(EXIT_SUCCESS) }
        graceEnds = Loop.reactor.now + Self.grace
        notify.send("STOPPING=1\nSTATUS=finishing \(sessions.count) sessions")
        service.log(.notice, "stopping", ["sessions": "\(sessions.count)"])
        for acceptor in acceptors { acceptor.nudge() }
        for session in sessions.values { session.connection.interrupt() }
        for session in policySessions.values { session.connection.interrupt() }
        Self.start { [self] in
            let alarm = Alarm()
            Loop.reactor.add(alarm)
            await alarm.sleep(service.configuration.lmtp.shutdownTimeout)
            service.log(
                .warning, "stopped with sessions unfinished", ["sessions": "\(sessions.count)"])
            Loop.reactor.stop(EXIT_SUCCESS)
        }
    }
}
