internal import CoreAddress
internal import CoreSMS
internal import CoreTwilio
internal import FoundationEssentials

/// What a delivery would do for one recipient: the record of `sms-deliver --dry-run --json`.
///
/// Its members are a promise; others drive the program by them.
package struct DryRunRecord: Encodable, Sendable {
    package let recipient: String
    package let route: String?
    /// E.164, one for each phone.
    package let to: [String]
    package let from: String?
    /// The whole text, before it is split.
    package let text: String?
    /// What is sent to each number, in order.
    package let messages: [String]
    /// `GSM-7` or `UCS-2`.
    package let encoding: String?
    /// For each number.
    package let segments: Int
    package let defects: [String]
    package let status: StatusRecord

    package struct StatusRecord: Encodable, Sendable {
        package let reply: Int
        package let enhanced: String
        package let exit: Int32
        package let text: String
    }

    package init(_ made: Plan.Made, _ message: PreparedMessage) {
        defects = message.defects
        switch made {
        case .send(let plan):
            recipient = plan.recipient
            route = plan.route
            to = plan.numbers.map(\.e164)
            from = plan.sender.wireForm
            text = plan.composition.text
            messages = plan.composition.messages
            encoding = plan.composition.encoding.rawValue
            segments = plan.composition.segments
            status = StatusRecord(.sent, "would be sent")
        case .stop(let outcome):
            recipient = outcome.recipient
            route = nil
            to = []
            from = nil
            text = nil
            messages = []
            encoding = nil
            segments = 0
            status = StatusRecord(outcome.status, outcome.text)
        }
    }

    private enum CodingKeys: String, CodingKey {
        case recipient, route, to, from, text, messages, encoding, segments, defects, status
    }

    /// All members always, `null` for what there is not.
    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(recipient, forKey: .recipient)
        try members.encode(route, forKey: .route)
        try members.encode(to, forKey: .to)
        try members.encode(from, forKey: .from)
        try members.encode(text, forKey: .text)
        try members.encode(messages, forKey: .messages)
        try members.encode(encoding, forKey: .encoding)
        try members.encode(segments, forKey: .segments)
        try members.encode(defects, forKey: .defects)
        try members.encode(status, forKey: .status)
    }

    /// One line of JSON, members in alphabetical order.
    package var line: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("texts and numbers are always JSON")
        }
        return String(decoding: data, as: UTF8.self)
    }
}

extension DryRunRecord.StatusRecord {
    fileprivate init(_ status: Status, _ text: String) {
        reply = status.reply
        enhanced = "\(status.enhanced)"
        exit = status.exit
        self.text = text
    }
}
