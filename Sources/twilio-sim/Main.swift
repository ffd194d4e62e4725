import CLinux
import CoreSystem
import Glibc

/// twilio-sim: a stand-in for Twilio's Messages API, for tests, the demo and dry runs.
///
/// It prints `listening on http://127.0.0.1:8010` when clients may come, and runs until SIGTERM or
/// SIGINT, then exits 0 at once; what it acknowledged is in the state file by then. Exit 64 for a
/// wrong command line, 1 when it cannot start.
@main
struct Main {
    static func main() {
        let options: Options
        do throws(Options.UsageError) {
            options = try Options(Array(CommandLine.arguments.dropFirst()))
        } catch {
            complain("\(error)")
            exit(EX_USAGE)
        }
        if options.wantsHelp {
            print(Options.usage)
            return
        }
        if options.wantsVersion {
            print("twilio-sim \(Version.current)")
            return
        }
        // Blocked before any thread is made, so that the signals wait for sigwait below.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGTERM)
        unsafe sigaddset(&signals, SIGINT)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        // A client that is gone is noticed by the failed write.
        signal(SIGPIPE, SIG_IGN)
        // So is a state file at the limit of file sizes.
        signal(SIGXFSZ, SIG_IGN)
        raiseDescriptorLimit()
        do {
            let name = try serve(options)
            let scheme = options.certificate == nil ? "http" : "https"
            say("seed \(options.seed)\nlistening on \(scheme)://\(name)\n", on: STDOUT_FILENO)
        } catch {
            complain("\(error)")
            exit(1)
        }
        var received: Int32 = 0
        unsafe sigwait(&signals, &received)
        // Not exit: the server's threads still run, and nothing is left to be done.
        _exit(0)
    }

    /// Starts the server on its own threads; returns the address it listens on.
    private static func serve(_ options: Options) throws -> String {
        let clock = Clock.system
        let log = options.isVerbose ? Log.standardError() : Log.silent
        let store = try Store(path: options.stateFile)
        let faults = FaultPlan(options.faults, seed: options.seed)
        let traffic = Traffic()
        let control = Control(
            store: store, faults: faults, traffic: traffic, step: options.step, clock: clock)
        let credentials = Credentials(options.credentials)
        let callbacks = StatusCallbacks(
            store: store, credentials: credentials, step: options.step, clock: clock, log: log)
        let api = MessagesAPI(
            store: store, credentials: credentials, draft: options.draft, step: options.step,
            clock: clock, callbacks: callbacks)
        let simulator = Simulator(options.simulator, api, control, faults, traffic, log)
        let identity = try identity(options)
        let socket = try ListenSocket.open(options.listen)
        let name = try ListenSocket.name(of: socket, opened: options.listen)
        _ = try HTTPServer(on: socket, identity: identity, handler: simulator)
        callbacks.resume()
        return name
    }

    private static func identity(_ options: Options) throws(Errno) -> HTTPServer.Identity? {
        guard let certificate = options.certificate, let key = options.key else { return nil }
        func text(_ path: String) throws(Errno) -> String {
            let bytes = try Descriptor(opening: path).readAll(limit: 1 << 20)
            return String(decoding: bytes ?? [], as: UTF8.self)
        }
        return HTTPServer.Identity(certificate: try text(certificate), key: try text(key))
    }

    /// Many connections may wait at once; the usual soft limit is 1024.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return
        }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        // If it fails the limit stays, and so does the number of connections.
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private static func complain(_ text: String) {
        say("twilio-sim: \(text)\n", on: STDERR_FILENO)
    }

    /// Writes at once: the reader may be waiting for this line, and `print` would buffer it.
    private static func say(_ text: String, on descriptor: Int32) {
        let bytes = Array(text.utf8)
        // Nothing to do when the other side is gone.
        _ = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    }
}
