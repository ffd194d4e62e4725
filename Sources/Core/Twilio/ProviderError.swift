internal import CoreSystem

/// A request that the provider refused, in any of the shapes it says so.
///
/// Seen: `{code, message, more_info, status}`; the same without `code`; with a `detail` text; a
/// problem document (RFC 9457: `type`, `title`, `status`, `code`, `detail`); a proxy's page that is
/// no JSON at all.
package struct ProviderError: Hashable, Sendable {
    package let httpStatus: Int
    /// Twilio's code; nil when none was given.
    package let code: Int?
    /// Twilio's words, for the log only: they change without notice. Never empty.
    package let message: String
    /// Whether Twilio said it: a JSON object with a `message`, `code` or `title`.
    package let isFromProvider: Bool
    /// Of a message that was created and failed at once.
    package let sid: String?

    package init(httpStatus: Int, code: Int?, message: String?, sid: String? = nil) {
        self.httpStatus = httpStatus
        self.code = code
        self.message = message ?? "HTTP \(httpStatus)"
        self.sid = sid
        isFromProvider = true
    }

    package init(reading response: HTTPResponse) {
        httpStatus = response.status
        sid = nil
        let object = JSON(reading: response.body)
        // Not JSON: a proxy or a captive page. The status is all there is.
        code = object?["code"]?.integer
        let text = ["message", "title", "detail"]
            .compactMap { object?[$0]?.text }.first { !$0.isEmpty }
        message = text ?? "HTTP \(response.status) without an explanation"
        isFromProvider = code != nil || text != nil
    }

    /// What it means for the mail.
    ///
    /// By code where the table has it. Else by HTTP status: an authentication or address problem is
    /// the operator's; too large is the message's; another 4xx of Twilio's is final. A 4xx that
    /// Twilio did not write (a proxy's, a captive page) is a network to mend.
    package var verdict: ProviderCode.Verdict {
        if let code, let row = ProviderCode(code) { return row.verdict }
        switch httpStatus {
        case 401, 403, 407: return .credentials
        case 404, 405, 410, 426: return code == nil ? .configuration : .unknown
        case 408: return .uncertain
        case 413: return .tooLarge
        case 429: return .busy
        case 500...599: return .uncertain
        default: return isFromProvider ? .unknown : .configuration
        }
    }

    /// What happened and what to do, with Twilio's code: `Twilio 21614: not a mobile number`.
    package var advice: String {
        guard let code else { return "Twilio: HTTP \(httpStatus); \(Self.hint(verdict))" }
        if let row = ProviderCode(code) { return "Twilio \(code): \(row.advice)" }
        return "Twilio \(code): see twilio.com/docs/errors/\(code)"
    }

    private static func hint(_ verdict: ProviderCode.Verdict) -> String {
        switch verdict {
        case .credentials: "check account_sid and its token or key"
        case .configuration: "no answer of Twilio's; check base_url and the proxy"
        case .tooLarge: "the request is too large"
        case .busy: "too many requests at once"
        case .uncertain: "nobody knows whether it was sent"
        default: "the request was refused"
        }
    }
}
