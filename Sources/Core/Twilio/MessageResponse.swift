internal import CoreSystem

/// What the provider said to a request that creates a message.
///
/// Total: every response, whatever its bytes, is one of these. What is not certainly a refusal and
/// not certainly an acceptance is `unclear`, and only the journal decides what to do with that.
package enum MessageResponse: Hashable, Sendable {
    /// Twilio has the message.
    case accepted(Acceptance)
    /// Twilio certainly created nothing, or created it only to say that it failed.
    case refused(ProviderError)
    /// Nobody can say: a server error, a 2xx without a SID, not JSON.
    case unclear(String)

    package struct Acceptance: Hashable, Sendable {
        /// `SM` or `MM` and 32 hexadecimal digits. Never empty.
        package let sid: String
        /// `queued`, `accepted`, `scheduled`, ...
        package let status: String
        /// Twilio's own count; nil with a Messaging Service, which has not chosen a sender yet.
        package let segments: Int?
    }

    package init(reading response: HTTPResponse) {
        switch response.status {
        case 200...299: self = Self.success(response)
        case 400...499: self = .refused(ProviderError(reading: response))
        case 500...599:
            let code = ProviderError(reading: response).code.map { ", code \($0)" } ?? ""
            self = .unclear("HTTP \(response.status)\(code)")
        default: self = .unclear("HTTP \(response.status), which no Twilio server sends")
        }
    }

    private static func success(_ response: HTTPResponse) -> Self {
        guard let message = JSON(reading: response.body) else {
            // Not JSON, or cut off: the message may exist all the same.
            return .unclear("HTTP \(response.status) with an unreadable body")
        }
        guard let sid = message["sid"]?.text, !sid.isEmpty else {
            return .unclear("HTTP \(response.status) without a message SID")
        }
        let status = message["status"]?.text ?? ""
        if status == "failed" || status == "undelivered" {
            return .refused(
                ProviderError(
                    httpStatus: response.status, code: message["error_code"]?.integer,
                    message: message["error_message"]?.text ?? status, sid: sid))
        }
        let segments = message["num_segments"]?.integer.flatMap { $0 > 0 ? $0 : nil }
        return .accepted(Acceptance(sid: sid, status: status, segments: segments))
    }
}
