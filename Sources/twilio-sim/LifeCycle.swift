/// The statuses a message passes through, as a function of time.
///
///     scheduled → accepted → queued → sending → sent → delivered | undelivered
///                                         ↘ failed
///
/// `scheduled` only with SendAt, `accepted` only with a messaging service. Nothing runs: whoever
/// asks gives the time.
struct LifeCycle {
    enum Status: String, Sendable {
        case scheduled, accepted, queued, sending, sent, delivered, undelivered, failed, canceled

        var isFinal: Bool {
            switch self {
            case .delivered, .undelivered, .failed, .canceled: true
            case .scheduled, .accepted, .queued, .sending, .sent: false
            }
        }
    }

    struct Change: Sendable {
        let status: Status
        let at: Timestamp
    }

    /// All changes, first to last. The first is the creation.
    let changes: [Change]

    /// - Parameter step: the time between two statuses; a receipt takes two.
    init(of message: StoredMessage, step: Duration) {
        var changes: [Change] = []
        var time = message.createdAt
        if let sendAt = message.sendAt {
            changes.append(Change(status: .scheduled, at: time))
            time = sendAt
        }
        func add(_ status: Status, after steps: Int) {
            time = time + step * steps
            changes.append(Change(status: status, at: time))
        }
        if message.serviceSID != nil { add(.accepted, after: 0) }
        add(.queued, after: message.serviceSID == nil ? 0 : 1)
        add(.sending, after: 1)
        switch message.outcome {
        case .failed: add(.failed, after: 1)
        case .sentOnly: add(.sent, after: 1)
        case .delivered:
            add(.sent, after: 1)
            add(.delivered, after: 2)
        case .undelivered:
            add(.sent, after: 1)
            add(.undelivered, after: 2)
        }
        if let canceledAt = message.canceledAt {
            changes.removeAll { $0.at > canceledAt }
            changes.append(Change(status: .canceled, at: canceledAt))
        }
        self.changes = changes
    }

    /// The last change that has happened.
    func current(at time: Timestamp) -> Change {
        changes.last { $0.at <= time } ?? changes[0]
    }

    /// When the carrier took it. nil when it has not, or never will.
    func sentAt(by time: Timestamp) -> Timestamp? {
        changes.first { $0.status == .sent && $0.at <= time }?.at
    }
}
