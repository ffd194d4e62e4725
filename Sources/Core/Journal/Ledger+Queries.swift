package import CoreSystem

/// Which SMS an operator wants to see.
package struct EntryFilter: Hashable, Sendable {
    /// By the time of the last change.
    package var since: WallTime?
    package var until: WallTime?
    /// E.164, or a forward-path; upper and lower case are the same.
    package var recipient: String?
    /// The number or service it left from, or a reverse-path.
    package var sender: String?
    /// Empty: all.
    package var states: [Entry.StateName] = []
    /// The newest so many.
    package var limit = 100

    package init() {}
}

/// What happened in a span of time.
package struct JournalStats: Hashable, Sendable {
    package struct Count: Hashable, Sendable {
        package var messages = 0
        package var segments = 0

        package init() {}

        init(messages: Int, segments: Int) {
            self.messages = messages
            self.segments = segments
        }
    }

    package var byState: [Entry.StateName: Count] = [:]
    /// Refusals by the provider's code; 0 for those without.
    package var refusedByCode: [Int: Int] = [:]
    /// Accepted ones whose SID was found in the provider's list.
    package var found = 0
    package var optOuts = 0
    /// When the uncertain one that waits longest was claimed.
    package var oldestUncertain: WallTime?
    /// Folded alerts that no SMS has told of yet, at any time, and of how many numbers they are.
    package var untold = 0
    package var untoldNumbers = 0
    /// When the oldest of all was claimed.
    package var oldest: WallTime?
}

/// A person who told the provider to stop messages of one sender.
package struct OptOut: Hashable, Sendable {
    package let sender: String
    package let number: String
    package let since: WallTime
}

/// What the operator asks: `smsmda list`, `show`, `stats`, `reconcile`.
extension Ledger {
    /// Newest change first.
    package func list(_ filter: EntryFilter) throws(JournalError) -> [Entry] {
        var conditions: [String] = []
        var values: [SQLValue] = []
        /// The place of a value in the statement: an outsider's words are never part of it.
        func place(_ value: SQLValue) -> String {
            values.append(value)
            return "$\(values.count)"
        }
        if let since = filter.since {
            conditions.append("changed >= \(place(.integer(since.milliseconds)))")
        }
        if let until = filter.until {
            conditions.append("changed < \(place(.integer(until.milliseconds)))")
        }
        if let recipient = filter.recipient {
            conditions.append(
                "(number = \(place(.text(recipient))) OR "
                    + "lower(recipient) = \(place(.text(recipient.lowercased()))))")
        }
        if let sender = filter.sender {
            conditions.append(
                "(sender = \(place(.text(sender))) OR "
                    + "lower(reverse_path) = \(place(.text(sender.lowercased()))))")
        }
        if !filter.states.isEmpty {
            let names = filter.states.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            conditions.append("state IN (\(names))")
        }
        let condition = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        let limit = place(SQLValue(filter.limit))
        return try entries(
            "\(EntryRow.select)\(condition) ORDER BY changed DESC LIMIT \(limit)", values)
    }

    /// The SMS with this key (or its first digits, at least eight), SID, queue ID or Message-ID.
    package func show(_ id: String) throws(JournalError) -> [Entry] {
        let messageID =
            id.hasPrefix("<") && id.hasSuffix(">") ? String(id.dropFirst().dropLast()) : id
        var condition = "sid = $1 OR queue_id = $2 OR message_id = $3"
        var values: [SQLValue] = [.text(id), .text(id), .text(messageID)]
        let digits = id.lowercased()
        if (8...64).contains(digits.utf8.count), digits.allSatisfy(\.isHexDigit) {
            // A key is 64 hexadecimal digits; 'g' comes after all of them.
            condition += " OR (key >= $4 AND key < $5)"
            values += [.text(digits), .text(digits + "g")]
        }
        return try entries("\(EntryRow.select) WHERE \(condition) ORDER BY claimed", values)
    }

    package func stats(since: WallTime) throws(JournalError) -> JournalStats {
        var stats = JournalStats()
        let from: [SQLValue] = [.integer(since.milliseconds)]
        for row in try connection.run(
            """
            SELECT state, COUNT(*), CAST(SUM(segments) AS BIGINT), CAST(SUM(found) AS BIGINT) \
            FROM sms WHERE changed >= $1 GROUP BY state
            """, from)
        {
            var row = row
            guard let state = Entry.StateName(rawValue: row.text()) else { continue }
            stats.byState[state] = JournalStats.Count(
                messages: Int(row.integer()), segments: Int(row.integer()))
            stats.found += Int(row.integer())
        }
        for row in try connection.run(
            """
            SELECT code, COUNT(*) FROM sms WHERE changed >= $1 AND state = 'refused' \
            GROUP BY code
            """, from)
        {
            var row = row
            let code = Int(row.integer())
            stats.refusedByCode[code] = Int(row.integer())
        }
        stats.optOuts = Int(try number("SELECT COUNT(*) FROM opt_out") ?? 0)
        stats.oldestUncertain = try number(
            "SELECT MIN(claimed) FROM sms WHERE state = 'uncertain'"
        ).map { WallTime(milliseconds: $0) }
        for storm in try storms() where storm.folded > 0 {
            stats.untold += storm.folded
            stats.untoldNumbers += 1
        }
        stats.oldest = try number("SELECT MIN(claimed) FROM sms").map { WallTime(milliseconds: $0) }
        return stats
    }

    package func optOuts() throws(JournalError) -> [OptOut] {
        let rows = try connection.run(
            "SELECT sender, number, since FROM opt_out ORDER BY since", [])
        return rows.map { row in
            var row = row
            return OptOut(
                sender: row.text(), number: row.text(),
                since: WallTime(milliseconds: row.integer()))
        }
    }

    /// What waits to be asked about: uncertain, or claimed by an owner that may have died.
    package func unsettled() throws(JournalError) -> [Entry] {
        try entries(
            "\(EntryRow.select) WHERE state IN ('claimed', 'uncertain') ORDER BY claimed", [])
    }

    /// Takes one of them over for asking, without wanting to send it. Nil: it is gone.
    ///
    /// Resolve what comes with `.found` or `.unclear`, never with `.absent`: that would claim it.
    package func takeOver(_ key: IdempotencyKey) throws(JournalError) -> ClaimAnswer? {
        guard let entry = try entry(key) else { return nil }
        return try takeOver(entry)
    }

    /// What is known of an SMS that may not be sent any more: an answer, or the right to ask, but no
    /// claim. Nil: nobody has tried it.
    package func recall(_ key: IdempotencyKey) throws(JournalError) -> ClaimAnswer? {
        guard let entry = try entry(key) else { return nil }
        return try takeOver(entry) ?? .busy(.unresolved(reason: "another session is sending it"))
    }

    /// Whether anything went to this number for this recipient from this sender.
    package func has(
        to number: String, recipient: String, reversePath: String
    ) throws(JournalError) -> Bool {
        try !connection.run(
            "SELECT 1 FROM sms WHERE number = $1 AND recipient = $2 AND reverse_path = $3 LIMIT 1",
            [.text(number), .text(recipient), .text(reversePath)]
        ).isEmpty
    }

    private func entries(_ sql: String, _ values: [SQLValue]) throws(JournalError) -> [Entry] {
        var entries: [Entry] = []
        for row in try connection.run(sql, values) { entries.append(try EntryRow.entry(row)) }
        return entries
    }

    /// The only column of the only row; nil for NULL.
    private func number(_ sql: String) throws(JournalError) -> Int64? {
        var row = try connection.run(sql, []).first
        return row?.optionalInteger() ?? nil
    }
}
