internal import CoreSystem
internal import CoreTwilio

extension FuzzTarget {
    /// A response of the provider's, or of who answers in its place. The first octet chooses the HTTP status.
    static let json = FuzzTarget("json") { bytes in
        let statuses = [200, 201, 204, 301, 400, 401, 404, 413, 429, 500, 503, 999]
        let body = Array(bytes.dropFirst())
        let response = HTTPResponse(
            status: statuses[Int(bytes.first ?? 0) % statuses.count], body: body)
        if let value = JSON(reading: body) {
            let line = value.line
            require(!line.contains("\n"), "what is written is a line")
            require(JSON(reading: Array(line.utf8))?.line == line, "what is written is read")
        }
        switch MessageResponse(reading: response) {
        case .accepted(let acceptance):
            require(response.status / 100 == 2, "only a success is one")
            require(!acceptance.sid.isEmpty, "what is accepted has a name")
            require((acceptance.segments ?? 1) > 0, "a message has segments")
        case .refused(let error):
            require((200...499).contains(response.status), "an error of the server's is no refusal")
            require(!error.message.isEmpty && !error.advice.isEmpty, "a refusal has words")
            _ = error.verdict
        case .unclear(let words): require(!words.isEmpty, "doubt has words")
        }
        guard let list = MessageList(reading: response) else { return }
        require(list.messages.allSatisfy { !$0.sid.isEmpty }, "a message that is listed has a name")
        let account = Account(
            sid: "AC", credentials: .authToken("x"), baseURL: "https://a.example")
        if let next = list.nextRequest(account) {
            require(next.url.hasPrefix("https://a.example/"), "the next page is on the same host")
        }
    }
}
