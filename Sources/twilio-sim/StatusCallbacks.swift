import CoreSystem
import Dispatch

/// Reports each change of a message's status to the URL that its creator named.
///
/// A POST of a form, signed with the account's token, once, in order for each message, no retry:
/// what the receiver answers is only logged. The first status is not reported, and an account
/// whose token was never seen (only API keys were) gets its reports unsigned, with a warning.
final class StatusCallbacks: Sendable {
    private let store: Store
    private let credentials: Credentials
    private let step: Duration
    private let clock: Clock
    private let log: Log
    /// A message's reports all go through one of these, so that they stay in order.
    private let queues = (0..<8).map { DispatchQueue(label: "status-callbacks-\($0)") }

    init(
        store: Store, credentials: Credentials, step: Duration, clock: Clock, log: Log
    ) {
        self.store = store
        self.credentials = credentials
        self.step = step
        self.clock = clock
        self.log = log
    }

    /// Takes up the messages that were under way when the last process ended.
    func resume() {
        for message in store.phones().messages where message.canceledAt == nil {
            follow(message)
        }
    }

    /// Reports what will become of `message`, as it happens.
    func follow(_ message: StoredMessage) {
        guard message.callback != nil else { return }
        let now = Timestamp(clock.now())
        for change in LifeCycle(of: message, step: step).changes.dropFirst() where change.at > now {
            report(change.status, of: message.sid, in: change.at.milliseconds - now.milliseconds)
        }
    }

    /// Reports that `message` was canceled, now.
    func reportCancellation(of message: StoredMessage) {
        if message.callback != nil { report(.canceled, of: message.sid, in: 0) }
    }

    private func report(_ status: LifeCycle.Status, of sid: String, in milliseconds: Int64) {
        let queue = queues[Int(sid.utf8.last ?? 0) % queues.count]
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(milliseconds))) { [self] in
            guard let message = store.phone(sid), let url = message.callback,
                let change = LifeCycle(of: message, step: step).changes.first(where: {
                    $0.status == status
                })
            else { return }
            let resource = MessageResource(of: message, at: change.at, step: step)
            let fields = Self.fields(resource, change)
            let token = credentials.token(of: message.accountSID)
            if token == nil { log(.warning, "callback not signed: auth token unknown") }
            let signature = token.map { Signature.make(token: $0, url: url, fields: fields) }
            let problem = FormPoster.post(fields, to: url, signature: signature)
            log(
                problem == nil ? .info : .warning, "status callback",
                ["sid": sid, "status": status.rawValue, "url": url, "problem": problem])
        }
    }

    private static func fields(
        _ resource: MessageResource, _ change: LifeCycle.Change
    ) -> [(name: String, value: String)] {
        let message = resource.message
        var fields = [
            ("AccountSid", message.accountSID), ("ApiVersion", "2010-04-01"),
            ("MessageSid", message.sid), ("MessageStatus", change.status.rawValue),
            ("SmsSid", message.sid), ("SmsStatus", change.status.rawValue), ("To", message.to),
        ]
        if let from = resource.from { fields.append(("From", from)) }
        if let service = message.serviceSID { fields.append(("MessagingServiceSid", service)) }
        if let code = resource.errorCode { fields.append(("ErrorCode", String(code))) }
        if change.status == .delivered || change.status == .undelivered {
            fields.append(("RawDlrDoneDate", change.at.receiptForm))
        }
        return fields.map { (name: $0.0, value: $0.1) }
    }
}
