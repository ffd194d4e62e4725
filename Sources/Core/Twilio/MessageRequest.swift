package import CoreAddress

/// One SMS for one phone, as the Messages resource takes it.
///
/// Source: twilio.com/docs/messaging/api/message-resource, create.
package struct MessageRequest: Hashable, Sendable {
    package let to: PhoneNumber
    package let sender: SenderIdentity
    /// At most 1,600 characters (code 21617). Never empty.
    package let body: String
    /// How long Twilio may hold the message in its queue: 1 s to 36,000 s. Nil is Twilio's 10 h.
    package let validityPeriod: Duration?
    /// Where Twilio reports what becomes of the message. Nil for nowhere.
    package let statusCallback: String?

    package init(
        to: PhoneNumber, sender: SenderIdentity, body: String, validityPeriod: Duration? = nil,
        statusCallback: String? = nil
    ) {
        self.to = to
        self.sender = sender
        self.body = body
        self.validityPeriod = validityPeriod
        self.statusCallback = statusCallback
    }

    /// The exchange that creates the message. `.json`, or the answer would be XML.
    package func httpRequest(_ account: Account) -> HTTPRequest {
        var form = FormEncoding()
        form.append("To", to.e164)
        switch sender {
        case .number, .shortCode, .alphanumeric: form.append("From", sender.wireForm)
        case .service(let sid): form.append("MessagingServiceSid", sid)
        }
        form.append("Body", body)
        if let validityPeriod {
            form.append("ValidityPeriod", String(validityPeriod.components.seconds))
        }
        if let statusCallback { form.append("StatusCallback", statusCallback) }
        return HTTPRequest(url: account.messagesURL, account: account, form: form.bytes)
    }
}

extension Account {
    /// The collection of the account's messages.
    package var messagesURL: String { "\(baseURL)/2010-04-01/Accounts/\(sid)/Messages.json" }
}
