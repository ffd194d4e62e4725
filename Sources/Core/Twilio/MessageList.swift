package import CoreAddress
package import CoreSystem

/// One page of the messages that the account has sent to a number: how the journal asks what became
/// of a request whose response was lost.
///
/// Source: twilio.com/docs/messaging/api/message-resource, list. Filtered by `To` only: a message
/// still queued has no `DateSent`, so that filter would miss it.
package struct MessageList: Hashable, Sendable {
    package let messages: [ListedMessage]
    /// Path and query of the next page on the same host; nil on the last.
    package let nextPage: String?

    package struct ListedMessage: Hashable, Sendable {
        package let sid: String
        package let from: String?
        package let serviceSID: String?
        /// Empty when the account redacts bodies.
        package let body: String
        package let created: WallTime?
        package let status: String
        package let direction: String
    }

    /// How many messages a page has. The pages that follow have as many as the first.
    package enum PageSize: Int, Sendable {
        /// An uncertain message is among the newest: a page of this size nearly always has it.
        case first = 50
        /// Where it has not. Twilio gives 1000 at most; with texts of 1600 characters, each escaped,
        /// so many just stay under the 8 MiB that `CurlHandle` reads.
        case whole = 500
    }

    /// The exchange that asks for the newest messages to a number.
    package static func request(
        to number: PhoneNumber, _ account: Account, size: PageSize = .first
    ) -> HTTPRequest {
        var query = FormEncoding()
        query.append("To", number.e164)
        query.append("PageSize", "\(size.rawValue)")
        let text = String(decoding: query.bytes, as: UTF8.self)
        return HTTPRequest(url: "\(account.messagesURL)?\(text)", account: account)
    }

    /// The exchange that asks for the next page. Only paths of the same host are followed.
    package func nextRequest(_ account: Account) -> HTTPRequest? {
        guard let nextPage, nextPage.hasPrefix("/"), !nextPage.hasPrefix("//") else { return nil }
        return HTTPRequest(url: account.baseURL + nextPage, account: account)
    }

    /// Nil when the response is no such page.
    package init?(reading response: HTTPResponse) {
        guard response.status == 200,
            // Unreadable is the same as not asked: the caller waits and asks again.
            let page = JSON(reading: response.body), let entries = page["messages"]?.elements,
            page.hasTextOrNothing("next_page_uri"), entries.allSatisfy(ListedMessage.isReadable)
        else { return nil }
        nextPage = page["next_page_uri"]?.text
        messages = entries.compactMap { ListedMessage(reading: $0) }
    }
}

extension MessageList.ListedMessage {
    /// An entry of another shape than ours might be the message that is sought: then nothing is known.
    fileprivate static func isReadable(_ entry: JSON) -> Bool {
        ["sid", "from", "messaging_service_sid", "body", "date_created", "status", "direction"]
            .allSatisfy(entry.hasTextOrNothing)
    }

    /// Nil for what has no SID.
    fileprivate init?(reading entry: JSON) {
        guard let sid = entry["sid"]?.text, !sid.isEmpty else { return nil }
        self.sid = sid
        from = entry["from"]?.text
        serviceSID = entry["messaging_service_sid"]?.text
        body = entry["body"]?.text ?? ""
        created = entry["date_created"]?.text.flatMap { MailDate($0)?.time }
        status = entry["status"]?.text ?? ""
        direction = entry["direction"]?.text ?? ""
    }
}
