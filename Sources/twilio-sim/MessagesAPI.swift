import CoreSystem

/// The Messages API of `/2010-04-01/Accounts/{AccountSid}`: create, fetch, list, update, delete,
/// and the list of media.
///
/// In: a request without faults. Out: the response the provider would give. The store is the only
/// thing it changes. It answers JSON only: without `.json` the provider would answer in XML.
struct MessagesAPI: Sendable {
    let store: Store
    let credentials: Credentials
    let draft: MessageDraft.Settings
    let step: Duration
    let clock: Clock
    let callbacks: StatusCallbacks

    static let prefix = "/2010-04-01/"

    func response(to request: HTTPRequest) -> HTTPResponse {
        do throws(ProviderError) {
            return try route(request)
        } catch {
            return error.response
        }
    }

    private func route(_ request: HTTPRequest) throws(ProviderError) -> HTTPResponse {
        let path = request.target.path
        let parts = path.dropFirst(Self.prefix.count).split(
            separator: "/", omittingEmptySubsequences: false
        ).map(String.init)
        guard parts.count >= 3, parts[0] == "Accounts", parts[2].hasPrefix("Messages") else {
            throw .notFound(path)
        }
        let account = parts[1]
        guard SID.isWellFormed(account, "AC") else { throw .notFound(path) }
        let grant = try credentials.grant(request.header("Authorization"), account: account)
        guard let last = parts.last, last.hasSuffix(".json") else {
            throw ProviderError(
                404, 20404,
                "twilio-sim speaks JSON only: put .json behind \(path)."
                    + " Twilio itself would answer in XML here")
        }
        let call = Call(request: request, account: account, grant: grant, path: path)
        let name = String(last.dropLast(".json".count))
        switch (parts.count, request.method) {
        case (3, "POST") where name == "Messages": return try create(call)
        case (3, "GET") where name == "Messages": return try list(call)
        case (4, "GET") where parts[2] == "Messages":
            return try .json(200, resource(message(name, call)).json)
        case (4, "POST") where parts[2] == "Messages": return try update(name, call)
        case (4, "DELETE") where parts[2] == "Messages": return try delete(name, call)
        case (5, "GET") where name == "Media": return try listMedia(of: parts[3], call)
        case (6, "GET") where parts[4] == "Media": return try fetchMedia(name, of: parts[3], call)
        default: throw ProviderError(405, 20004, "Method not allowed")
        }
    }

    private struct Call {
        let request: HTTPRequest
        let account: String
        let grant: Credentials.Grant
        let path: String
    }

    private var now: Timestamp { Timestamp(clock.now()) }

    private func create(_ call: Call) throws(ProviderError) -> HTTPResponse {
        let draft = MessageDraft(
            settings: draft, account: call.account, grant: call.grant, now: now,
            optOuts: store.optOuts)
        let message = try draft.message(from: call.request.form)
        try make(.created(message))
        callbacks.follow(message)
        return .json(201, resource(message).json)
    }

    private func list(_ call: Call) throws(ProviderError) -> HTTPResponse {
        try requireMoreThanSending(call.grant)
        let query = try MessageQuery(call.request.target.query)
        let time = now
        let found = store.messages(of: call.account, to: query.recipient)
            .map { MessageResource(of: $0, at: time, step: step) }.filter(query.matches)
        let envelope = ListEnvelope(
            path: call.path, query: call.request.target.query, page: query.page,
            sids: found.map(\.message.sid))
        let range = try query.page.range(in: envelope.sids)
        return .json(200, envelope.json("messages", range, found[range].map(\.json)))
    }

    private func update(_ sid: String, _ call: Call) throws(ProviderError) -> HTTPResponse {
        let message = try message(sid, call)
        let form = call.request.form
        if let status = form.text("Status") {
            guard status == "canceled" else {
                throw .badValue(20001, "Status", "it takes canceled")
            }
            switch resource(message).status {
            case .scheduled, .accepted, .queued:
                try make(.canceled(sid: sid, at: now))
                callbacks.reportCancellation(of: message)
            case .sending, .sent, .delivered, .undelivered, .failed, .canceled:
                throw .cannotCancel
            }
        } else if let body = form["Body"] {
            guard body.isEmpty else {
                throw .badValue(20001, "Body", "only an empty one is taken, to redact the message")
            }
            try make(.redacted(sid: sid, at: now))
        }
        return try .json(200, resource(self.message(sid, call)).json)
    }

    private func delete(_ sid: String, _ call: Call) throws(ProviderError) -> HTTPResponse {
        _ = try message(sid, call)
        try make(.deleted(sid: sid, at: now))
        return HTTPResponse(status: 204)
    }

    private func listMedia(of sid: String, _ call: Call) throws(ProviderError) -> HTTPResponse {
        let message = try message(sid, call)
        let page = try MessageQuery.Page(Form(parsing: call.request.target.query))
        let envelope = ListEnvelope(
            path: call.path, query: call.request.target.query, page: page,
            sids: message.media.map(\.sid))
        let range = try page.range(in: envelope.sids)
        let items = message.media[range].map { mediaJSON($0, of: message) }
        return .json(200, envelope.json("media_list", range, items))
    }

    private func fetchMedia(
        _ mediaSID: String, of sid: String, _ call: Call
    ) throws(ProviderError) -> HTTPResponse {
        let message = try message(sid, call)
        guard let media = message.media.first(where: { $0.sid == mediaSID }) else {
            throw .notFound(call.path)
        }
        return .json(200, mediaJSON(media, of: message))
    }

    private func mediaJSON(_ media: StoredMessage.Media, of message: StoredMessage) -> JSON {
        [
            "sid": .text(media.sid),
            "account_sid": .text(message.accountSID),
            "parent_sid": .text(message.sid),
            "content_type": .text(media.type),
            "date_created": .text(message.createdAt.mailForm),
            "date_updated": .text(message.createdAt.mailForm),
            "uri": .text("\(resource(message).path)/Media/\(media.sid).json"),
        ]
    }

    private func message(_ sid: String, _ call: Call) throws(ProviderError) -> StoredMessage {
        try requireMoreThanSending(call.grant)
        guard let message = store.message(sid, of: call.account) else {
            throw .notFound(call.path)
        }
        return message
    }

    private func requireMoreThanSending(_ grant: Credentials.Grant) throws(ProviderError) {
        switch grant {
        case .everything: return
        case .sendOnly: throw ProviderError(403, 20006, "Access Denied")
        case .test:
            throw ProviderError(
                403, 20008, "Resource not accessible with Test Account Credentials")
        }
    }

    private func resource(_ message: StoredMessage) -> MessageResource {
        MessageResource(of: message, at: now, step: step)
    }

    private func make(_ change: StoreChange) throws(ProviderError) {
        do throws(Errno) {
            try store.make(change)
        } catch {
            throw ProviderError(500, 20500, "twilio-sim cannot write its state: \(error)")
        }
    }
}
