internal import CoreAddress
internal import CoreSMS
internal import CoreSystem
internal import CoreTwilio

/// What a delivery would do for one recipient: the record of `sms-deliver --dry-run --json`.
///
/// Its members are a promise; others drive the program by them.
package struct DryRunRecord: Sendable {
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

    package struct StatusRecord: Sendable {
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
        case .stop(let outcome, _):
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

    /// One line of JSON, members in alphabetical order: all always, `null` for what there is not.
    package var line: String {
        let status: [JSON.Member] = [
            JSON.Member("enhanced", .string(self.status.enhanced)),
            JSON.Member("exit", .integer(Int(self.status.exit))),
            JSON.Member("reply", .integer(self.status.reply)),
            JSON.Member("text", .string(self.status.text)),
        ]
        let members: [JSON.Member] = [
            JSON.Member("defects", .strings(defects)),
            JSON.Member("encoding", .string(optional: encoding)),
            JSON.Member("from", .string(optional: from)),
            JSON.Member("messages", .strings(messages)),
            JSON.Member("recipient", .string(recipient)),
            JSON.Member("route", .string(optional: route)),
            JSON.Member("segments", .integer(segments)),
            JSON.Member("status", .object(status)),
            JSON.Member("text", .string(optional: text)),
            JSON.Member("to", .strings(to)),
        ]
        return JSON.object(members).line
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
