import CLinux
import CoreSystem
import Glibc

/// The command line of twilio-sim.
struct Options: Sendable {
    var listen = "127.0.0.1:8010"
    var certificate: String?
    var key: String?
    var stateFile: String?
    /// Between two statuses of a message.
    var step: Duration = .milliseconds(500)
    var simulator = Simulator.Settings()
    var draft = MessageDraft.Settings()
    var credentials = Credentials.Settings()
    var faults: [Fault] = []
    var seed = UInt64.random(in: 0..<1 << 32)
    var isVerbose = false
    var wantsHelp = false
    var wantsVersion = false

    struct UsageError: Error, CustomStringConvertible {
        let description: String
    }

    static let usage = """
        usage: twilio-sim [OPTION]...
        A stand-in for Twilio's Messages API on this machine. Nothing is sent anywhere.

          --listen ADDRESS:PORT      where to serve (127.0.0.1:8010; port 0 takes a free one)
          --tls-cert FILE, --tls-key FILE
                                     serve https with this certificate and key (PEM)
          --latency TIME             hold each answer back (150ms, 2s)
          --step TIME                between two statuses of a message (500ms)
          --state FILE               keep the messages in FILE
          --account SID:TOKEN        accept these credentials, and no others but those named
          --api-key SID:SECRET       the same for an API key
          --send-only-key SID:SECRET the same for a key that may create messages and no more
          --test-account SID:TOKEN   the same for test credentials
          --number NUMBER            a sender the account owns (without: any)
          --trial                    put the trial account's prefix before each text
          --concurrency N            answer 429 to more than N requests at a time
          --fault KIND:RATE|COUNT[:MS]
                                     a fault from the start: 429:0.1, latency:20%:800, 401:3
          --seed N                   for the faults' dice (printed when it starts)
          -v, --verbose              one line on standard error for each request
          -V, --version              the version
          -h, --help                 this text

        An option that names one of several may be given again. The manual is twilio-sim(1).
        """

    init(_ arguments: [String]) throws(UsageError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false
            ).map(String.init)
            if takeFlag(argument) { continue }
            guard argument.hasPrefix("--") else {
                throw UsageError(description: "'\(argument)' is not an option; try --help")
            }
            guard let value = parts.count > 1 ? parts[1] : rest.popFirst() else {
                throw UsageError(description: "\(argument) needs a value; try --help")
            }
            try take(parts[0], value)
        }
        guard (certificate == nil) == (key == nil) else {
            throw UsageError(description: "give --tls-cert and --tls-key together")
        }
    }

    private mutating func takeFlag(_ argument: String) -> Bool {
        switch argument {
        case "-h", "--help": wantsHelp = true
        case "-V", "--version": wantsVersion = true
        case "-v", "--verbose": isVerbose = true
        case "--trial": draft.isTrial = true
        default: return false
        }
        return true
    }

    private mutating func take(_ name: String, _ value: String) throws(UsageError) {
        switch name {
        case "--listen": listen = value
        case "--tls-cert": certificate = value
        case "--tls-key": key = value
        case "--state": stateFile = value
        case "--latency": simulator.latency = try duration(name, value)
        case "--step": step = try duration(name, value)
        case "--account": credentials.accounts.append(try pair(name, value, "AC"))
        case "--api-key": credentials.keys.append(try pair(name, value, "SK"))
        case "--send-only-key": credentials.sendOnlyKeys.append(try pair(name, value, "SK"))
        case "--test-account": credentials.testAccounts.append(try pair(name, value, "AC"))
        case "--number": draft.numbers.insert(value)
        case "--concurrency":
            guard let limit = Int(value), limit >= 0 else {
                throw UsageError(description: "\(name) takes a whole number, not '\(value)'")
            }
            simulator.concurrency = limit
        case "--seed":
            guard let number = UInt64(value) else {
                throw UsageError(description: "\(name) takes a whole number, not '\(value)'")
            }
            seed = number
        case "--fault":
            do {
                faults.append(try Fault.parse(value))
            } catch {
                throw UsageError(description: "\(name): \(error)")
            }
        default: throw UsageError(description: "unknown option \(name); try --help")
        }
    }

    private func duration(_ name: String, _ text: String) throws(UsageError) -> Duration {
        let number = text.prefix { $0.isNumber || $0 == "." }
        let units = ["": 1.0, "ms": 1, "s": 1000, "m": 60_000]
        guard let value = Double(number), let unit = units[String(text.dropFirst(number.count))],
            value * unit <= 3_600_000
        else {
            throw UsageError(
                description: "\(name) takes a time like 150ms, 2s or 1m, not '\(text)'")
        }
        return .milliseconds(Int64(value * unit))
    }

    private func pair(
        _ name: String, _ text: String, _ prefix: String
    ) throws(UsageError) -> Credentials.Pair {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, SID.isWellFormed(parts[0], prefix) else {
            throw UsageError(
                description: "\(name) takes \(prefix) with 32 hexadecimal digits, a colon and the"
                    + " secret")
        }
        return Credentials.Pair(sid: parts[0], secret: parts[1])
    }
}
