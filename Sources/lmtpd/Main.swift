internal import CLinux
internal import CoreConfig
internal import CoreDelivery
internal import CoreJournal
internal import CoreSystem
internal import Glibc

/// The LMTP daemon: one reply for each recipient, true for each recipient.
///
/// `Session` knows the protocol, `Deliver` the path of a message, `Server` the daemon's life, and
/// `Reactor` is the thread that all of it runs on. Docs: lmtpd(8), docs/lmtpd.md.
@main
struct Main {
    static func main() {
        let environment = Environment.variables
        let arguments: Arguments
        do throws(Arguments.Request) {
            arguments = try Arguments(CommandLine.arguments)
        } catch {
            answer(error)
        }
        let load: @Sendable () throws(ConfigurationError) -> Configuration = {
            () throws(ConfigurationError) in
            // Now rather than with a message in hand: a reload that cannot read one changes nothing.
            try Configuration.load(path: arguments.configuration, environment: environment)
                .withSecretsRead()
        }
        let configuration: Configuration
        do throws(ConfigurationError) {
            configuration = try load()
        } catch {
            fail(EX_CONFIG, "\(error)")
        }
        if arguments.isCheck {
            print("configuration ok")
            exit(EXIT_SUCCESS)
        }
        Signals.block()
        raiseDescriptorLimit()
        keepMemory()
        exit(serve(configuration, arguments, environment, load))
    }

    private static func serve(
        _ configuration: Configuration, _ arguments: Arguments, _ environment: [String: String],
        _ load: @escaping @Sendable () throws(ConfigurationError) -> Configuration
    ) -> Int32 {
        let reactor = Loop.reactor
        let log = configuration.log.open(program: "lmtpd")
        let listeners: (lmtp: [Listener], policy: [Listener])
        let journal: any Journal
        let threads: Service.Threads
        do {
            threads = try Service.Threads()
            listeners = try Listener.all(configuration, arguments, environment)
            journal = try GroupCommitJournal(
                configuration.journalOptions(), log: log, waits: true,
                whenIdle: { Loop.reactor.whenIdle($0) })
        } catch {
            fail(EX_CONFIG, "\(error)")
        }
        Task(executorPreference: reactor) { @Sendable @Loop in
            let service: Service
            do throws(Service.Refused) {
                service = try Service(
                    configuration, journal: journal, line: ProviderLine(configuration),
                    log: log, threads: threads)
            } catch {
                fail(EX_CONFIG, "\(error)")
            }
            let server = Server(
                service, journal: journal, notify: Notify(environment: environment), load: load)
            await server.run(
                listeners.lmtp.map { Acceptor($0) }
                    + listeners.policy.map { Acceptor($0, for: .policy) })
            reactor.stop(EXIT_SUCCESS)
        }
        return reactor.run()
    }

    /// The memory of one message serves the next: returned to the kernel and taken again with each burst,
    /// it costs more than the few megabytes are worth.
    private static func keepMemory() { mallopt(M_TRIM_THRESHOLD, 16 << 20) }

    /// Sessions and requests need two descriptors each, and the usual soft limit is 1024.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        let kind = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
        guard unsafe getrlimit(kind, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        // Not allowed to: then the old limit holds, and a shortage is logged when it comes.
        _ = unsafe setrlimit(kind, &limit)
    }

    private static func answer(_ request: Arguments.Request) -> Never {
        switch request {
        case .help:
            print(Arguments.help)
            exit(EXIT_SUCCESS)
        case .version:
            print("lmtpd \(Version.current)")
            exit(EXIT_SUCCESS)
        case .wrong(let text): fail(EX_USAGE, "\(text); see lmtpd --help")
        }
    }

    private static func fail(_ status: Int32, _ text: String) -> Never {
        // sd-daemon(3): the priority, for `journalctl -p err`.
        let line = Array("\(standardErrorIsTheJournal ? "<3>" : "")lmtpd: \(text)\n".utf8)
        _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
        exit(status)
    }

    /// systemd.exec(5): `JOURNAL_STREAM` names what systemd opened, and is handed on to programs whose
    /// standard error is something else by then.
    private static var standardErrorIsTheJournal: Bool {
        var status = stat()
        guard let stream = Environment.variables["JOURNAL_STREAM"],
            unsafe fstat(STDERR_FILENO, &status) == 0
        else { return false }
        return stream == "\(status.st_dev):\(status.st_ino)"
    }
}
