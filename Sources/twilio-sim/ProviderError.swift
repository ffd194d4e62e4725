/// An error in the provider's words: what a client reads in the body of a 4xx or 5xx.
///
/// Codes and HTTP statuses as the provider's error pages and recorded responses give them, read
/// 2026-11-21. Messages are this program's wording except where clients are known to show them.
struct ProviderError: Error {
    let status: Int
    /// nil: the body carries no code, as some of the provider's own do not.
    let code: Int?
    let message: String
    /// An extra text that only authentication errors carry. May be empty.
    var detail: String?

    init(_ status: Int, _ code: Int?, _ message: String, detail: String? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail
    }

    var response: HTTPResponse {
        var body: [String: JSON] = ["status": .number(status), "message": .text(message)]
        if let code {
            body["code"] = .number(code)
            body["more_info"] = .text("https://www.twilio.com/docs/errors/\(code)")
        }
        if let detail { body["detail"] = .text(detail) }
        var response = HTTPResponse.json(status, .object(body))
        if status == 401 {
            response.headers.append(("WWW-Authenticate", "Basic realm=\"Twilio API\""))
        }
        return response
    }
}

extension ProviderError {
    static let wrongCredentials = Self(401, 20003, "Authenticate", detail: "")
    static let noCredentials = Self(
        401, 20003, "Authentication Error - No credentials provided",
        detail: "Your AccountSid or AuthToken was incorrect.")
    static let tooManyRequests = Self(429, 20429, "Too Many Requests")
    static let internalError = Self(500, 20500, "An internal server error has occurred")
    static let missingTo = Self(400, 21604, "A 'To' phone number is required.")
    static let missingFrom = Self(
        400, 21603, "A 'From' phone number or a 'MessagingServiceSid' is required.")
    static let missingBody = Self(400, 21602, "Message body is required.")
    static let missingContent = Self(
        400, 21619, "A text message body, media URLs or a content SID must be specified.")
    static let bodyTooLong = Self(
        400, 21617, "The concatenated message body exceeds the 1600 character limit.")
    static let optedOut = Self(400, 21610, "Attempt to send to unsubscribed recipient.")
    static let cannotCancel = Self(400, 30409, "This message can no longer be canceled.")

    static func notFound(_ path: String) -> Self {
        Self(404, 20404, "The requested resource \(path) was not found")
    }

    static func badValue(_ code: Int, _ parameter: String, _ rule: String) -> Self {
        Self(400, code, "The parameter '\(parameter)' is invalid: \(rule).")
    }
}
