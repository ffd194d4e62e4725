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
        print(asJSON ? record.json : record.page)
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
                try ledger.prune(atMost: 500) + ledger.pruneQuotas(atMost: 500)
            }
            count += step
            if step == 0 { break }
        }
        print("forgotten: \(count)")
        return EX_OK
    }
}

/// The counts for the operator; its members in JSON are a promise.
private struct StatsRecord {
    private let stats: JournalStats

    init(_ stats: JournalStats) { self.stats = stats }

    /// One line, members in alphabetical order, without those that are nil.
    var json: String {
        let byStatus = Entry.StateName.allCases.map(\.rawValue).sorted().map { name in
            let count = Entry.StateName(rawValue: name).flatMap { stats.byState[$0] }
            return JSON.Member(
                name,
                .object(present: [
                    "messages": .integer(count?.messages ?? 0),
                    "segments": .integer(count?.segments ?? 0),
                ]))
        }
        let codes = refusals.map { JSON.Member($0.code, .integer($0.count)) }
        return JSON.object(present: [
            "by_status": .object(byStatus),
            "folded_untold": .integer(stats.untold),
            "folded_untold_numbers": .integer(stats.untoldNumbers),
            "found": .integer(stats.found),
            "oldest": stats.oldest.map { .string(PointInTime.text($0)) },
            "oldest_uncertain": stats.oldestUncertain.map { .string(PointInTime.text($0)) },
            "opt_outs": .integer(stats.optOuts),
            "refused_by_code": .object(codes),
        ]).line
    }

    private var refusals: [(code: String, count: Int)] {
        stats.refusedByCode.map { ("\($0)", $1) }.sorted { $0.code < $1.code }
    }

    var page: String {
        var lines = Entry.StateName.allCases.map { state in
            let count = stats.byState[state] ?? JournalStats.Count()
            return "\(state.rawValue): \(count.messages) messages, \(count.segments) segments"
        }
        lines.append("accepted, and found in Twilio's list after a lost reply: \(stats.found)")
        for (code, count) in refusals {
            lines.append("refused with \(code == "0" ? "no code" : code): \(count)")
        }
        lines.append("opted out: \(stats.optOuts)")
        lines.append(
            "folded, and not told of yet: \(stats.untold), to \(stats.untoldNumbers) numbers")
        if let oldest = stats.oldestUncertain.map(PointInTime.text) {
            lines.append("the oldest uncertain one is of \(oldest): see smsmda reconcile")
        }
        let oldest = stats.oldest.map(PointInTime.text)
        lines.append("the journal goes back to \(oldest ?? "now: it is empty")")
        return lines.joined(separator: "\n")
    }
}
