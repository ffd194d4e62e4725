/// A request as the server read it: nothing decoded but the transfer coding.
struct HTTPRequest: Sendable {
    let method: String
    let target: RequestTarget
    /// In the order received, names as sent.
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    /// The first field of that name, whatever its case. nil when there is none.
    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The parameters of a form in the body; none when the body is not a form.
    var form: Form {
        let type = header("Content-Type")?.prefix { $0 != ";" }.lowercased()
        guard type == "application/x-www-form-urlencoded" else { return Form() }
        return Form(parsing: String(decoding: body, as: UTF8.self))
    }
}

/// Where a request goes: the path, percent-decoded, and the query as it came.
struct RequestTarget: Sendable {
    /// As in the request line.
    let wireForm: String
    let path: String
    /// Without the question mark, not decoded: filters on dates keep `<` and `>` in odd places.
    let query: String

    init(_ wireForm: String) {
        self.wireForm = wireForm
        let parts = wireForm.split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = Form.decoded(parts[0], plusIsBlank: false)
        query = parts.count > 1 ? String(parts[1]) : ""
    }
}

struct HTTPResponse: Sendable {
    var status: Int
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []

    init(status: Int, type: String, body: [UInt8]) {
        self.status = status
        self.body = body
        headers = [("Content-Type", type)]
    }

    init(status: Int) { self.status = status }

    static func json(_ status: Int, _ value: JSON) -> Self {
        Self(status: status, type: "application/json", body: value.bytes)
    }
}

/// A response and the way it reaches the client, which faults spoil.
struct Answer: Sendable {
    enum Delivery: Sendable {
        case whole
        /// TCP reset in place of the response.
        case reset
        /// Half of the body, then the connection ends properly.
        case truncated
        /// Half of the body, then a TCP reset.
        case resetInside
        /// The body in small pieces, spread over this time.
        case slow(Duration)
    }

    var response: HTTPResponse
    var delivery: Delivery = .whole
    /// How long the client waits before any of it comes.
    var delay: Duration = .zero
}
