internal import CoreJournal
internal import CoreSystem

/// One SMS of the journal for the operator: a line of a table, a page, or an object of JSON.
struct EntryRecord {
    private let key: String
    private let status: String
    private let time: String
    private let claimed: String
    private let to: String
    private let from: String
    private let segments: Int
    private let part: Int
    private let parts: Int
    private let recipient: String
    private let sender: String
    private let queueID: String?
    private let messageID: String?
    private let route: String?
    private let account: String?
    private let sid: String?
    private let found: Bool?
    private let told: Int?
    private let code: Int?
    private let reason: String?
    private let heldBy: String?

    init(_ entry: Entry) {
        key = entry.key.hex
        status = entry.stateName.rawValue
        time = PointInTime.text(entry.changed)
        claimed = PointInTime.text(entry.firstClaimed)
        to = entry.to
        from = entry.sender
        segments = entry.segments
        part = entry.partIndex + 1
        parts = entry.partCount
        recipient = entry.origin.recipient
        sender = entry.origin.reversePath
        queueID = entry.origin.queueID
        messageID = entry.origin.messageID
        route = entry.origin.route
        account = entry.origin.account
        heldBy = entry.hold.map { "process \($0.owner.process) on \($0.owner.host)" }
        told = entry.told > 0 ? entry.told : nil
        switch entry.state {
        case .claimed: (sid, found, code, reason) = (nil, nil, nil, nil)
        case .uncertain(let doubt, _): (sid, found, code, reason) = (nil, nil, nil, doubt.reason)
        case .accepted(let acceptance):
            (sid, found, code, reason) = (acceptance.sid, acceptance.wasFound, nil, nil)
        case .refused(let refusal):
            (sid, found, code, reason) = (nil, nil, refusal.code, refusal.text)
        case .suppressed(let by):
            (sid, found, code, reason) = (nil, nil, nil, "the same text went out as \(by)")
        case .folded:
            (sid, found, code, reason) = (nil, nil, nil, "too many alerts; told of as a number")
        }
    }

    // MARK: Forms

    /// One line of JSON, members in alphabetical order, without those that are nil.
    var json: String {
        JSON.object(present: [
            "account": account.map(JSON.string), "claimed": .string(claimed),
            "code": code.map(JSON.integer), "found": found.map(JSON.boolean),
            "from": .string(from), "held_by": heldBy.map(JSON.string), "key": .string(key),
            "message_id": messageID.map(JSON.string), "part": .integer(part),
            "parts": .integer(parts), "queue_id": queueID.map(JSON.string),
            "reason": reason.map(JSON.string), "recipient": .string(recipient),
            "route": route.map(JSON.string), "segments": .integer(segments),
            "sender": .string(sender), "sid": sid.map(JSON.string), "status": .string(status),
            "time": .string(time), "to": .string(to), "told": told.map(JSON.integer),
        ]).line
    }

    static let head = row(
        "TIME", "STATUS", "TO", "FROM", "PART", "SEG", "QUEUE ID", "SID OR REASON")

    var row: String {
        Self.row(
            time, status, to, from, "\(part)/\(parts)", "\(segments)", queueID ?? "-", outcome)
    }

    /// All that is known, a line each.
    var page: String {
        let lines: [(String, String?)] = [
            ("key", key), ("status", status), ("since", time), ("first claimed", claimed),
            ("to", to), ("from", from), ("recipient", recipient),
            ("sender", sender.isEmpty ? "<>" : sender), ("queue id", queueID),
            ("message id", messageID), ("route", route), ("account", account),
            ("part", "\(part) of \(parts)"), ("segments", "\(segments)"), ("sid", sid),
            ("found", found == true ? "in Twilio's list, after a lost reply" : nil),
            ("tells of", told.map { "\($0) folded" }), ("code", code.map { "\($0)" }),
            ("reason", reason), ("held by", heldBy),
        ]
        return lines.compactMap { name, value in
            value.map { Self.padded("\(name):", 15) + Self.visible($0) }
        }.joined(separator: "\n")
    }

    private var outcome: String {
        if let sid {
            return sid + (found == true ? " (found)" : "")
                + (told.map { " (tells of \($0) more)" } ?? "")
        }
        return reason ?? heldBy.map { "held by \($0)" } ?? "-"
    }

    private static func row(_ fields: String...) -> String {
        let widths = [20, 10, 16, 16, 5, 4, 14]
        return fields.enumerated().map { index, field in
            index < widths.count ? padded(visible(field), widths[index]) : visible(field)
        }.joined(separator: " ")
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// An outsider's octets do not move the operator's cursor.
    private static func visible(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map {
                    $0.value < 32 || (127...159).contains($0.value) ? " " : $0
                }))
    }
}
