internal import CLinux
internal import CoreAddress
internal import CoreJournal
internal import CoreSystem

/// `smsmda optout`: the numbers that take no more messages, and how one of them is asked again.
enum OptOutCommand {
    static let command = Main.Command(
        name: "optout", usage: "[-C FILE] [list | clear NUMBER [--from SENDER]]",
        summary: "list who answered STOP; after START, clear it", run: run)

    @Sendable private static func run(_ words: [String]) throws(CommandError) -> Int32 {
        var options = CommandOptions(words)
        let path = try options.value("-C")
        let sender = try options.value("--from")
        let names = try options.rest()
        switch (names.first ?? "list", names.count) {
        case ("list", 0...1): return try list(path)
        case ("clear", 2):
            guard let number = PhoneNumber(e164: names[1]) else {
                throw .usage("optout clear wants a number in E.164 form, such as +14155551212")
            }
            return try clear(number.e164, sender, path)
        default: throw .usage("optout wants 'list' or 'clear NUMBER'")
        }
    }

    private static func list(_ path: String?) throws(CommandError) -> Int32 {
        let optOuts = try JournalAccess(path).read { (ledger) throws(JournalError) in
            try ledger.optOuts()
        }
        for optOut in optOuts {
            print("\(optOut.number) from \(optOut.sender) since \(PointInTime.text(optOut.since))")
        }
        return EX_OK
    }

    private static func clear(
        _ number: String, _ sender: String?, _ path: String?
    ) throws(CommandError) -> Int32 {
        let count = try JournalAccess(path).read { (ledger) throws(JournalError) in
            try ledger.clearOptOuts(sender: sender, number: number)
        }
        guard count > 0 else {
            throw CommandError(
                description:
                    "the journal knows no opt-out of \(number)\(sender.map { " from \($0)" } ?? "")",
                exit: 1)
        }
        print("cleared: \(count); Twilio refuses on until the person has answered START")
        return EX_OK
    }
}
