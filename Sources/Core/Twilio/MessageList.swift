package import CoreAddress
package import CoreSystem
internal import FoundationEssentials

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

    /// The exchange that asks for the newest messages to a number.
    package static func request(to number: PhoneNumber, _ account: Account) -> HTTPRequest {
        var query = FormEncoding()
        query.append("To", number.e164)
        query.append("PageSize", "\(pageSize)")
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
            let page = try? JSONDecoder().decode(Page.self, from: Data(response.body))
        else { return nil }
        nextPage = page.nextPage
        messages = page.messages.compactMap { $0.listed }
    }

    /// An uncertain message is among the newest; a page of this size nearly always has it.
    private static let pageSize = 50

    private struct Page: Decodable {
        let messages: [Entry]
        let nextPage: String?
        enum CodingKeys: String, CodingKey {
            case messages
            case nextPage = "next_page_uri"
        }
    }

    private struct Entry: Decodable {
        let sid: String?
        let from: String?
        let serviceSID: String?
        let body: String?
        let created: String?
        let status: String?
        let direction: String?

        enum CodingKeys: String, CodingKey {
            case sid, from, body, status, direction
            case serviceSID = "messaging_service_sid"
            case created = "date_created"
        }

        var listed: ListedMessage? {
            guard let sid, !sid.isEmpty else { return nil }
            return ListedMessage(
                sid: sid, from: from, serviceSID: serviceSID, body: body ?? "",
                created: created.flatMap { WallTime(mailDate: $0) }, status: status ?? "",
                direction: direction ?? "")
        }
    }
}
