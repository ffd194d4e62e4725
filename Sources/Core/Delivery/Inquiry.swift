internal import CoreAddress
package import CoreJournal
package import CoreSystem
package import CoreTwilio

/// Asks the provider what became of a request whose response was lost.
///
/// In: an uncertain SMS that this process holds. Out: what the provider's list says. The newest few
/// messages are nearly always enough; after a storm of alerts to one number they are not, and then the
/// list is read anew in pages ten times as large, for `sms-deliver` has a deadline. It decides
/// nothing: `Reconciliation` compares, the journal resolves.
package struct Inquiry: Sendable {
    let transport: any Transport
    let clock: Clock

    package init(transport: any Transport, clock: Clock) {
        self.transport = transport
        self.clock = clock
    }

    package func callAsFunction(_ uncertain: UncertainClaim, _ account: Account) async -> Finding {
        guard let number = PhoneNumber(e164: uncertain.to) else {
            return .unclear(reason: "the journal has no number for it")
        }
        var search = Reconciliation(uncertain)
        var size = MessageList.PageSize.first
        var request = MessageList.request(to: number, account, size: size)
        while true {
            let response: HTTPResponse
            do throws(TransportError) {
                response = try await transport.send(request)
            } catch {
                return .unclear(reason: "Twilio cannot be asked: \(error.reason)")
            }
            guard let page = MessageList(reading: response) else {
                return Self.unlisted(response)
            }
            let next = page.nextRequest(account)
            let verdict = search.receive(
                page.messages.map(ProviderMessage.init), isLast: next == nil,
                clocks: response.date.map { ($0, clock.now()) })
            switch (verdict, next) {
            case (.finding(let finding), _): return finding
            case (.more, let next?):
                if size == .whole {
                    request = next
                } else {
                    // From the top: a page's size cannot change on the way.
                    size = .whole
                    search = Reconciliation(uncertain)
                    request = MessageList.request(to: number, account, size: size)
                }
            case (.more, nil): return .unclear(reason: "Twilio's list ended early")
            }
        }
    }

    /// A key that may not list (403) will not be able to tomorrow. The rest may pass: a login that is
    /// refused (401) is the operator's to mend, and until then nothing could be sent either.
    private static func unlisted(_ response: HTTPResponse) -> Finding {
        let error = ProviderError(reading: response)
        switch response.status {
        case 403: return .forbidden(reason: error.advice)
        default: return .unclear(reason: "Twilio's list: \(error.advice)")
        }
    }
}

extension ProviderMessage {
    fileprivate init(_ listed: MessageList.ListedMessage) {
        self.init(
            sid: listed.sid, from: listed.from, serviceSID: listed.serviceSID, body: listed.body,
            created: listed.created, direction: listed.direction)
    }
}
