internal import CLinux
internal import CoreJournal
internal import CoreSystem

/// `smsmda stats`: how many messages had which outcome. `smsmda prune`: forget the old ones now.
enum StatsCommand {
    static let stats = Main.Command(
        name: "stats", usage: "[-C FILE] [--since T] [--json]",
        summary: "count messages and segments by outcome", run: runStats)

    static let prune = Main.Command(
        name: "prune", usage: "[-C FILE]",
        summary: "forget what is older than [journal] keep", run: runPrune)

    @Sendable private static func runStats(_ words: [String]) throws(CommandError) -> Int32 {
        var options = CommandOptions(words)
        let path = try options.value("-C")
        let asJSON = options.flag("--json")
        let since =
            try ListCommand.time(options.value("--since"), "--since", Clock.system.now())
            ?? WallTime(milliseconds: 0)
        guard try options.rest().isEmpty else { throw .usage("stats wants options only") }
        let stats = try JournalAccess(path).read { (ledger) throws(JournalError) in
            try ledger.stats(since: since)
        }
        let record = StatsRecord(stats)
        print(asJSON ? EntryRecord.json(record) : record.page)
        return EX_OK
    }

    @Sendable private static func runPrune(_ words: [String]) throws(CommandError) -> Int32 {
        var options = CommandOptions(words)
        let path = try options.value("-C")
        guard try options.rest().isEmpty else { throw .usage("prune wants options only") }
        let access = try JournalAccess(path)
        var count = 0
        while true {
            // In small steps: deliveries go on between them.
            let step = try access.read { (ledger) throws(JournalError) in
                try ledger.prune(atMost: 500)
            }
            count += step
            if step == 0 { break }
        }
        print("forgotten: \(count)")
        return EX_OK
    }
}

/// The counts for the operator; its members in JSON are a promise.
private struct StatsRecord: Encodable {
    private struct Count: Encodable {
        let messages: Int
        let segments: Int
    }

    private let byStatus: [String: Count]
    private let found: Int
    private let refusedByCode: [String: Int]
    private let optOuts: Int
    private let oldestUncertain: String?
    private let oldest: String?

    private enum CodingKeys: String, CodingKey {
        case byStatus = "by_status"
        case found
        case refusedByCode = "refused_by_code"
        case optOuts = "opt_outs"
        case oldestUncertain = "oldest_uncertain"
        case oldest
    }

    init(_ stats: JournalStats) {
        byStatus = Dictionary(
            uniqueKeysWithValues: Entry.StateName.allCases.map { state in
                let count = stats.byState[state] ?? JournalStats.Count()
                return (
                    state.rawValue, Count(messages: count.messages, segments: count.segments)
                )
            })
        found = stats.found
        refusedByCode = Dictionary(
            uniqueKeysWithValues: stats.refusedByCode.map { ("\($0)", $1) })
        optOuts = stats.optOuts
        oldestUncertain = stats.oldestUncertain.map(PointInTime.text)
        oldest = stats.oldest.map(PointInTime.text)
    }

    var page: String {
        var lines = Entry.StateName.allCases.map { state in
            let count = byStatus[state.rawValue] ?? Count(messages: 0, segments: 0)
            return "\(state.rawValue): \(count.messages) messages, \(count.segments) segments"
        }
        lines.append("accepted, and found in Twilio's list after a lost reply: \(found)")
        for (code, count) in refusedByCode.sorted(by: { $0.key < $1.key }) {
            lines.append("refused with \(code == "0" ? "no code" : code): \(count)")
        }
        lines.append("opted out: \(optOuts)")
        if let oldestUncertain {
            lines.append("the oldest uncertain one is of \(oldestUncertain): see smsmda reconcile")
        }
        lines.append("the journal goes back to \(oldest ?? "now: it is empty")")
        return lines.joined(separator: "\n")
    }
}
