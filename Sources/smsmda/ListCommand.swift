internal import CLinux
internal import CoreJournal
internal import CoreSystem

/// `smsmda list` and `smsmda show`: what became of messages.
///
/// Exit status 1 when there is none.
enum ListCommand {
    static let list = Main.Command(
        name: "list",
        usage: "[-C FILE] [--since T] [--until T] [--to R] [--from S] [--status S,...]"
            + " [--limit N] [--json]",
        summary: "list messages, the newest first", run: runList)

    static let show = Main.Command(
        name: "show", usage: "[-C FILE] [--json] ID",
        summary: "show a message by key, SID, queue id or message id", run: runShow)

    @Sendable private static func runList(_ words: [String]) throws(CommandError) -> Int32 {
        var options = CommandOptions(words)
        let path = try options.value("-C")
        let asJSON = options.flag("--json")
        let filter = try filter(&options)
        guard try options.rest().isEmpty else { throw .usage("list wants options only") }
        let entries = try JournalAccess(path).read { (ledger) throws(JournalError) in
            try ledger.list(filter)
        }
        if !asJSON && !entries.isEmpty { print(EntryRecord.head) }
        for record in entries.map(EntryRecord.init) { print(asJSON ? record.json : record.row) }
        return entries.isEmpty ? 1 : EX_OK
    }

    @Sendable private static func runShow(_ words: [String]) throws(CommandError) -> Int32 {
        var options = CommandOptions(words)
        let path = try options.value("-C")
        let asJSON = options.flag("--json")
        let names = try options.rest()
        guard names.count == 1 else { throw .usage("show wants one ID") }
        let id = names[0]
        let entries = try JournalAccess(path).read { (ledger) throws(JournalError) in
            try ledger.show(id)
        }
        guard !entries.isEmpty else {
            throw CommandError(
                description: "the journal has no message with key, SID, queue id or message id"
                    + " \(Log.quoted(id, always: true)); what never reached Twilio is not in it",
                exit: 1)
        }
        let records = entries.map(EntryRecord.init)
        print(records.map { asJSON ? $0.json : $0.page }.joined(separator: asJSON ? "\n" : "\n\n"))
        return EX_OK
    }

    private static func filter(_ options: inout CommandOptions) throws(CommandError) -> EntryFilter
    {
        var filter = EntryFilter()
        let now = Clock.system.now()
        filter.since = try time(options.value("--since"), "--since", now)
        filter.until = try time(options.value("--until"), "--until", now)
        filter.recipient = try options.value("--to")
        filter.sender = try options.value("--from")
        if let text = try options.value("--limit") {
            guard let limit = Int(text), limit > 0 else { throw .usage("--limit wants a number") }
            filter.limit = limit
        }
        for name in (try options.value("--status") ?? "").split(separator: ",") {
            guard let state = Entry.StateName(rawValue: String(name)) else {
                let names = Entry.StateName.allCases.map(\.rawValue).joined(separator: ", ")
                throw .usage("--status wants some of \(names)")
            }
            filter.states.append(state)
        }
        return filter
    }

    static func time(
        _ text: String?, _ option: String, _ now: WallTime
    ) throws(CommandError) -> WallTime? {
        guard let text else { return nil }
        guard let time = PointInTime.read(text, now: now) else {
            throw .usage("\(option) wants \(PointInTime.hint)")
        }
        return time
    }
}
