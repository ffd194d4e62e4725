internal import CoreSystem

/// One `Entry` as a row of the table `sms`, and back.
enum EntryRow {
    /// In the order that `values` and `entry` use.
    private static let columns = [
        "key", "state", "turn", "first_claimed", "claimed", "changed", "number", "sender",
        "text_exact", "text_loose", "part_index", "part_count", "segments", "recipient",
        "reverse_path", "queue_id", "message_id", "route", "owner", "lease_ends", "lost", "reason",
        "sid", "found", "code", "http_status", "opt_out", "account", "told", "text_plain",
    ]
    /// What changes after the first claim.
    private static let mutableColumns = [
        "state", "turn", "claimed", "changed", "segments", "owner", "lease_ends", "lost", "reason",
        "sid", "found", "code", "http_status", "opt_out", "told",
    ]

    /// `SELECT ... FROM sms`, to be followed by a condition.
    static let select = "SELECT \(columns.joined(separator: ", ")) FROM sms"

    static let upsert = """
        INSERT INTO sms (\(columns.joined(separator: ", "))) VALUES (\
        \(columns.indices.map { "$\($0 + 1)" }.joined(separator: ", "))) ON CONFLICT (key) DO \
        UPDATE SET \(mutableColumns.map { "\($0) = excluded.\($0)" }.joined(separator: ", "))
        """

    static let selectByKey = "\(select) WHERE key = $1"
    static let selectBySID = "\(select) WHERE sid = $1"

    /// What a claimed row has besides what is NULL in each.
    private static let claimColumns = [
        "key", "number", "sender", "text_exact", "text_loose", "part_index", "part_count",
        "segments", "recipient", "reverse_path", "queue_id", "message_id", "route", "account",
        "text_plain", "owner", "lease_ends", "first_claimed", "claimed", "changed",
    ]

    /// Claims an SMS, unless there is a row of it.
    static let claim = """
        INSERT INTO sms (\(claimColumns.joined(separator: ", ")), state, turn) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
        $18, $18, $18, 'claimed', 1) ON CONFLICT (key) DO NOTHING
        """

    static func claimValues(_ entry: Entry) -> [SQLValue] {
        [
            .text(entry.key.hex), .text(entry.to), .text(entry.sender), .text(entry.text.exact),
            .text(entry.text.loose), SQLValue(entry.partIndex), SQLValue(entry.partCount),
            SQLValue(entry.segments), .text(entry.origin.recipient),
            .text(entry.origin.reversePath), SQLValue(entry.origin.queueID),
            SQLValue(entry.origin.messageID), SQLValue(entry.origin.route),
            SQLValue(entry.origin.account), SQLValue(entry.plainText),
            SQLValue(entry.hold?.owner.columnForm),
            entry.hold.map { .integer($0.leaseEnds.milliseconds) } ?? .null,
            .integer(entry.claimed.milliseconds),
        ]
    }

    /// Makes a claimed row an accepted one, if it is still the claim's. What else such a row has stays:
    /// a claimed one knows of no doubt and no refusal. A SID that another row has is somebody's
    /// mistake, which this leaves to others.
    static let accept = """
        UPDATE sms SET state = 'accepted', changed = $1, segments = $2, sid = $3, found = 0, \
        owner = NULL, lease_ends = NULL \
        WHERE key = $4 AND state = 'claimed' AND turn = $5 AND owner = $6 \
        AND NOT EXISTS (SELECT 1 FROM sms WHERE sid = $3)
        """

    /// - Parameter claimed: the row as it must be now.
    static func acceptValues(_ entry: Entry, after claimed: Entry) -> [SQLValue] {
        guard case .accepted(let acceptance) = entry.state else {
            preconditionFailure("only an accepted one is written so")
        }
        return [
            .integer(entry.changed.milliseconds), SQLValue(entry.segments), .text(acceptance.sid),
            .text(entry.key.hex), SQLValue(claimed.turn), SQLValue(claimed.hold?.owner.columnForm),
        ]
    }

    static func values(_ entry: Entry) -> [SQLValue] {
        var values: [SQLValue] = [
            .text(entry.key.hex), .text(entry.stateName.rawValue), SQLValue(entry.turn),
            .integer(entry.firstClaimed.milliseconds), .integer(entry.claimed.milliseconds),
            .integer(entry.changed.milliseconds), .text(entry.to), .text(entry.sender),
            .text(entry.text.exact), .text(entry.text.loose), SQLValue(entry.partIndex),
            SQLValue(entry.partCount), SQLValue(entry.segments), .text(entry.origin.recipient),
            .text(entry.origin.reversePath), SQLValue(entry.origin.queueID),
            SQLValue(entry.origin.messageID), SQLValue(entry.origin.route),
            SQLValue(entry.hold?.owner.columnForm),
            entry.hold.map { .integer($0.leaseEnds.milliseconds) } ?? .null,
        ]
        // lost, reason, sid, found, code, http_status, opt_out
        switch entry.state {
        case .claimed, .folded: values += [.null, .null, .null, .null, .null, .null, .null]
        case .uncertain(let doubt, _):
            values += [
                .integer(doubt.lost.milliseconds), .text(doubt.reason), .null, .null, .null, .null,
                .null,
            ]
        case .accepted(let acceptance):
            values += [
                .null, .null, .text(acceptance.sid), SQLValue(acceptance.wasFound), .null, .null,
                .null,
            ]
        case .refused(let refusal):
            values += [
                .null, .text(refusal.text), .null, .null, SQLValue(refusal.code),
                SQLValue(refusal.httpStatus), SQLValue(refusal.isOptOut),
            ]
        case .suppressed(let sid):
            values += [.null, .text(sid), .null, .null, .null, .null, .null]
        }
        return values + [
            SQLValue(entry.origin.account), entry.told == 0 ? .null : SQLValue(entry.told),
            SQLValue(entry.plainText),
        ]
    }

    /// Throws for a row that this program cannot have written.
    static func entry(_ row: SQLRow) throws(JournalError) -> Entry {
        var row = row
        let key = row.text()
        let name = row.text()
        let turn = Int(row.integer())
        let times = (time(&row), time(&row), time(&row))
        let (number, sender) = (row.text(), row.text())
        let text = TextDigest(exact: row.text(), loose: row.text())
        let (partIndex, partCount, segments) = (row.integer(), row.integer(), row.integer())
        var origin = ClaimRequest.Origin(
            recipient: row.text(), reversePath: row.text(), queueID: row.optionalText(),
            messageID: row.optionalText(), route: row.optionalText())
        guard let state = state(name, &row) else {
            throw JournalError(
                kind: .corrupt, operation: "read the row \(key)",
                reason:
                    "its state is \(Log.quoted(name, always: true)), or lacks what belongs to it")
        }
        origin.account = row.optionalText()
        let told = Int(row.integer())
        let plainText = row.optionalText()
        return Entry(
            key: IdempotencyKey(hex: key), state: state, turn: turn, firstClaimed: times.0,
            claimed: times.1, changed: times.2, to: number, sender: sender, text: text,
            plainText: plainText, partIndex: Int(partIndex), partCount: Int(partCount),
            segments: Int(segments),
            told: told, origin: origin)
    }

    private static func state(_ name: String, _ row: inout SQLRow) -> Entry.State? {
        let owner = row.optionalText().flatMap { Owner(columnForm: $0) }
        let leaseEnds = time(&row)
        let hold = owner.map { Entry.Hold(owner: $0, leaseEnds: leaseEnds) }
        let lost = time(&row)
        let reason = row.text()
        let sid = row.text()
        let wasFound = row.integer() != 0
        let code = row.optionalInteger().map { Int($0) }
        let refusal = Refusal(
            code: code, httpStatus: Int(row.integer()), text: reason, isOptOut: row.integer() != 0)
        switch Entry.StateName(rawValue: name) {
        case .claimed: return hold.map { .claimed($0) }
        case .uncertain:
            return .uncertain(Entry.Doubt(lost: lost, reason: reason), asking: hold)
        case .accepted:
            return sid.isEmpty ? nil : .accepted(Acceptance(sid: sid, wasFound: wasFound))
        case .refused: return .refused(refusal)
        case .suppressed: return .suppressed(by: reason)
        case .folded: return .folded
        case nil: return nil
        }
    }

    private static func time(_ row: inout SQLRow) -> WallTime {
        WallTime(milliseconds: row.integer())
    }
}
