/// A message as the Messages API shows it at one moment.
struct MessageResource: Sendable {
    let message: StoredMessage
    let status: LifeCycle.Status
    /// When the carrier took it; nil before.
    let sentAt: Timestamp?
    let updatedAt: Timestamp

    init(of message: StoredMessage, at time: Timestamp, step: Duration) {
        let life = LifeCycle(of: message, step: step)
        let current = life.current(at: time)
        self.message = message
        status = current.status
        sentAt = life.sentAt(by: time)
        updatedAt = max(current.at, message.redactedAt ?? current.at)
    }

    /// nil until a messaging service has picked one.
    var from: String? {
        if let sender = message.sender { return sender }
        switch status {
        case .scheduled, .accepted, .canceled: return nil
        case .queued, .sending, .sent, .delivered, .undelivered, .failed:
            return StoredMessage.servicePoolNumber
        }
    }

    var errorCode: Int? {
        switch status {
        case .undelivered, .failed: message.outcome.errorCode
        case .scheduled, .accepted, .queued, .sending, .sent, .delivered, .canceled: nil
        }
    }

    var path: String { "/2010-04-01/Accounts/\(message.accountSID)/Messages/\(message.sid)" }

    var json: JSON {
        [
            "account_sid": .text(message.accountSID),
            "api_version": "2010-04-01",
            "body": .text(message.redactedAt == nil ? message.text : ""),
            "date_created": .text(message.createdAt.mailForm),
            "date_sent": JSON(sentAt?.mailForm),
            "date_updated": .text(updatedAt.mailForm),
            "direction": "outbound-api",
            "error_code": JSON(errorCode),
            "error_message": JSON(errorCode.map { "Simulated error \($0)" }),
            "from": JSON(from),
            "messaging_service_sid": JSON(message.serviceSID),
            "num_media": .text(String(message.media.count)),
            "num_segments": .text(from == nil ? "0" : String(message.segments)),
            "price": .null,
            "price_unit": "USD",
            "sid": .text(message.sid),
            "status": .text(status.rawValue),
            "subresource_uris": [
                "media": .text("\(path)/Media.json"), "feedback": .text("\(path)/Feedback.json"),
            ],
            "to": .text(message.to),
            "uri": .text("\(path).json"),
        ]
    }

    /// As the control interface shows it: what the phone has.
    var phoneJSON: JSON {
        [
            "sid": .text(message.sid),
            "to": .text(message.to),
            "from": JSON(from ?? message.serviceSID),
            "messaging_service_sid": JSON(message.serviceSID),
            "body": .text(message.text),
            "status": .text(status.rawValue),
            "error_code": JSON(errorCode),
            "segments": .number(message.segments),
            "media": .list(message.media.map { .text($0.url) }),
            "date_created": .text(message.createdAt.mailForm),
            "created_ms": .number(Int(message.createdAt.milliseconds)),
            "deleted": .flag(message.deletedAt != nil),
        ]
    }
}
