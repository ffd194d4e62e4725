internal import CLinux
internal import CoreDelivery
internal import Glibc

/// What the MTA says on the command line and in the environment.
///
/// The command line goes before the environment: Postfix's pipe(8) passes arguments, Exim 4.96 and
/// OpenSMTPD set SENDER, RECIPIENT and MESSAGE_ID, because Exim refuses what a stranger wrote as an
/// argument and bounces the mail.
struct Arguments {
    var configuration: String?
    var envelope = Envelope(reversePath: "")
    var recipients: [String] = []
    var isDryRun = false
    var wantsJSON = false

    /// What to do instead of a delivery.
    enum Request: Error { case help, version, wrong(String) }

    init(_ arguments: [String], environment: [String: String]) throws(Request) {
        var sender = environment["SENDER"]
        envelope.queueID = Self.known(environment["MESSAGE_ID"])
        envelope.clientAddress = Self.known(environment["SMS_CLIENT_ADDRESS"])
        envelope.saslUser = Self.known(environment["SMS_SASL_USER"])

        var rest = arguments.dropFirst()
        while let word = rest.first {
            guard word.hasPrefix("-"), word != "-" else { break }
            rest.removeFirst()
            if word == "--" { break }
            let (name, attached) = Self.split(word)
            switch name {
            case "-C", "--config": configuration = try Self.value(name, attached, &rest)
            case "-f", "--sender": sender = try Self.value(name, attached, &rest)
            case "--queue-id": envelope.queueID = Self.known(try Self.value(name, attached, &rest))
            case "--client-address":
                envelope.clientAddress = Self.known(try Self.value(name, attached, &rest))
            case "--sasl-user":
                envelope.saslUser = Self.known(try Self.value(name, attached, &rest))
            case "--dry-run": isDryRun = true
            case "--json": wantsJSON = true
            case "-h", "--help": throw .help
            case "-V", "--version": throw .version
            default: throw .wrong("unknown option \(name)")
            }
        }
        recipients = Array(rest)
        if recipients.isEmpty, let recipient = environment["RECIPIENT"], !recipient.isEmpty {
            recipients = [recipient]
        }
        guard !recipients.isEmpty else { throw .wrong("no recipient") }
        guard !wantsJSON || isDryRun else { throw .wrong("--json goes with --dry-run") }
        envelope.reversePath = Self.reversePath(sender ?? "")
        envelope.sessionID = Self.runID()
    }

    /// `--name=value` in two; `-fvalue` too, as sendmail's users write it.
    private static func split(_ word: String) -> (name: String, attached: String?) {
        if word.hasPrefix("--") {
            guard let equals = word.firstIndex(of: "=") else { return (word, nil) }
            return (String(word[..<equals]), String(word[word.index(after: equals)...]))
        }
        let name = String(word.prefix(2))
        return (name, word.count > 2 ? String(word.dropFirst(2)) : nil)
    }

    /// The value of an option. It may be empty and may begin with `-`: an MTA fills it in.
    private static func value(
        _ name: String, _ attached: String?, _ rest: inout ArraySlice<String>
    ) throws(Request) -> String {
        if let attached { return attached }
        guard let next = rest.popFirst() else { throw .wrong("\(name) wants a value") }
        return next
    }

    /// Postfix writes an empty text or `unknown` for what it does not know.
    private static func known(_ text: String?) -> String? {
        guard let text, !text.isEmpty, text != "unknown" else { return nil }
        return text
    }

    /// Without angle brackets. Empty for the null reverse-path, which Postfix's pipe(8) calls
    /// MAILER-DAEMON unless it is told `null_sender=`.
    private static func reversePath(_ sender: String) -> String {
        var path = sender[...]
        if path.hasPrefix("<"), path.hasSuffix(">") { path = path.dropFirst().dropLast() }
        return path.uppercased() == "MAILER-DAEMON" ? "" : String(path)
    }

    /// Our name for this run in the log: its process and a few bits of the time.
    private static func runID() -> String {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        let stamp = UInt64(time.tv_sec) << 10 | UInt64(time.tv_nsec >> 20)
        return String(stamp & 0xFFFF_FFFF, radix: 36) + String(getpid(), radix: 36)
    }

    static let help = """
        usage: sms-deliver [-C FILE] [-f SENDER] [--queue-id ID] [--client-address IP]
                           [--sasl-user USER] [--dry-run [--json]] [--] RECIPIENT...
        Sends the message on standard input as an SMS to each RECIPIENT.
        Exit status: 0 sent; 75 try again; 65, 67, 69, 77 refused for good.
        See sms-deliver(8).
        """
}
