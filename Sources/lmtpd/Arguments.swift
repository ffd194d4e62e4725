internal import CoreConfig

/// The command line of `lmtpd`.
struct Arguments: Sendable {
    var configuration: String?
    /// Instead of `[lmtp] listen`.
    var listen: [ListenAddress] = []
    /// Read the configuration, say what is wrong with it, and end.
    var isCheck = false

    enum Request: Error {
        case help
        case version
        case wrong(String)
    }

    static let help = """
        usage: lmtpd [-C FILE] [--listen ADDRESS]... [--check]
          -C, --config FILE   read FILE instead of /etc/smsmda/smsmda.toml
          --listen ADDRESS    unix:/path or inet:address:port, instead of [lmtp] listen
          --check             say whether the configuration is sound, and end
          --help, --version
        Signals: TERM finish transactions and end; HUP reload the configuration; USR1 log the state.
        Manual: lmtpd(8).
        """

    init(_ words: [String]) throws(Request) {
        var rest = words.dropFirst()
        while let word = rest.popFirst() {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let hasValue = word.hasPrefix("--") && parts.count == 2
            func value() throws(Request) -> String {
                if hasValue { return String(parts[1]) }
                guard let next = rest.popFirst() else { throw .wrong("\(word) needs a value") }
                return next
            }
            switch hasValue ? String(parts[0]) : word {
            case "-C", "--config": configuration = try value()
            case "--listen":
                let text = try value()
                guard let address = ListenAddress(text)
                else { throw .wrong("--listen \(text): expected \(ListenAddress.hint)") }
                guard !address.isSMTP else {
                    throw .wrong("--listen \(text): port 25 is SMTP's (RFC 2033), take another")
                }
                listen.append(address)
            case "--check": isCheck = true
            case "-h", "--help": throw .help
            case "--version": throw .version
            default: throw .wrong("unknown argument \(word)")
            }
        }
    }
}
