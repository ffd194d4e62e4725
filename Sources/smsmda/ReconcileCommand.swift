internal import CLinux
internal import CoreConfig
internal import CoreDelivery
internal import CoreJournal
internal import CoreSystem
internal import CoreTwilio

/// `smsmda reconcile`: asks Twilio now about every SMS that nobody knows the outcome of.
///
/// What is found counts as sent from then on. What is not found stays uncertain: it is sent by the
/// MTA's next try, never from here, where the text is not known. Exit status 1 while some are left.
enum ReconcileCommand {
    static let command = Main.Command(
        name: "reconcile", usage: "[-C FILE]",
        summary: "ask Twilio about all uncertain messages now", run: run)

    @Sendable private static func run(_ words: [String]) throws(CommandError) -> Int32 {
        var options = CommandOptions(words)
        let path = try options.value("-C")
        guard try options.rest().isEmpty else { throw .usage("reconcile wants options only") }
        let access = try JournalAccess(path)
        let accounts = try accounts(access.configuration)
        let inquiry = Inquiry(
            transport: CurlTransport(access.configuration.transportOptions), clock: .system)
        let unsettled = try access.read { (ledger) throws(JournalError) in try ledger.unsettled() }
        var left = 0
        for entry in unsettled {
            let key = entry.key
            let account = accounts[entry.origin.account ?? ""] ?? accounts[""]
            let answer = try access.run { (journal) throws(JournalError) -> ClaimAnswer? in
                let taken = try await journal.read { (ledger) throws(JournalError) in
                    try ledger.takeOver(key)
                }
                guard case .reconcile(let uncertain) = taken, let account else { return taken }
                var finding = await inquiry(uncertain, account)
                if case .absent = finding { finding = .unclear(reason: absent) }
                if case .forbidden(let reason) = finding { finding = .unclear(reason: reason) }
                return try await journal.resolve(uncertain, finding)
            }
            left += report(entry, answer) ? 0 : 1
        }
        print("asked about: \(unsettled.count), left: \(left)")
        return left == 0 ? EX_OK : 1
    }

    private static let absent = "Twilio does not list it: the MTA's next try sends it"

    /// Prints one line; true when the message is settled.
    private static func report(_ entry: Entry, _ answer: ClaimAnswer?) -> Bool {
        let name = "\(entry.key) to \(entry.to), queue id \(entry.origin.queueID ?? "unknown")"
        switch answer {
        case .accepted(let acceptance, _, _)?:
            print("\(name): sent, as \(acceptance.sid)")
            return true
        case .refused?, .suppressed?, .folded?, nil:
            print("\(name): settled meanwhile")
            return true
        case .busy(.unresolved(let reason))?: print("\(name): \(reason)")
        case .busy(let busy)?: print("\(name): \(busy)")
        default: print("\(name): left as it is")
        }
        return false
    }

    /// By SID; "" for that of `[twilio]`, which has what older releases sent.
    private static func accounts(
        _ configuration: Configuration
    ) throws(CommandError) -> [String: Account] {
        do throws(ConfigurationError) {
            let main = try configuration.twilio.account.account()
            var accounts = ["": main, main.sid: main]
            for settings in configuration.accounts.values {
                let account = try settings.account()
                accounts[account.sid] = account
            }
            return accounts
        } catch {
            throw CommandError(description: "\(error)", exit: EX_CONFIG)
        }
    }
}
