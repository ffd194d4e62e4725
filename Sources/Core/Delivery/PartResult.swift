internal import CoreJournal
internal import CorePolicy
internal import CoreTwilio

/// What became of one SMS request, before it is told to anybody.
enum PartResult: Sendable {
    case sent(Sent)
    case folded
    case failed(Problem)

    struct Sent: Hashable, Sendable {
        let sid: String
        let segments: Int
        /// By an earlier delivery, not by this one.
        let isRepeat: Bool
        /// Folded alerts that it tells of.
        var told = 0
    }
}

/// A failure with the words for the bounce and the words for the log.
struct Problem: Error, Hashable, Sendable {
    let failure: Failure
    let text: String
    let detail: String?

    init(_ failure: Failure, _ text: String, detail: String? = nil) {
        self.failure = failure
        self.text = text
        self.detail = detail
    }
}

/// What became of all parts for one number.
enum NumberResult: Sendable {
    case sent([PartResult.Sent])
    case folded
    case failed(Problem)
}

extension PartResult {
    /// The journal answered without a request.
    init(_ answer: ClaimAnswer, _ part: Plan.Part) {
        switch answer {
        case .send, .reconcile: preconditionFailure("the caller acts on these")
        case .accepted(let acceptance, let segments, let told):
            self = .sent(
                Sent(sid: acceptance.sid, segments: segments, isRepeat: true, told: told))
        case .suppressed(let sid):
            self = .sent(Sent(sid: sid, segments: 0, isRepeat: true))
        case .folded: self = .folded
        case .refused(let refusal):
            let error = ProviderError(
                httpStatus: refusal.httpStatus, code: refusal.code, message: refusal.text)
            self = .failed(Problem(Failure(error.verdict), refusal.text, detail: "refused before"))
        case .busy(let busy):
            self = .failed(
                Problem(.deliveryInProgress, "an earlier try is not settled yet", detail: "\(busy)")
            )
        case .held(let reason):
            self = .failed(
                Problem(
                    .deliveryUncertain, "perhaps sent before; held for the operator", detail: reason
                ))
        case .optedOut:
            self = .failed(
                Problem(
                    .recipientOptedOut,
                    "the recipient answered STOP to this sender; START undoes it",
                    detail: "known from an earlier message; see smsmda optout"))
        case .exceeded(let quota):
            guard let allowance = part.allowance else {
                preconditionFailure("nothing was charged for a part that is not to be sent")
            }
            let refusal = allowance.refusal(for: quota.name, retryAfter: quota.retryAfter)
            self = .failed(Problem(refusal))
        }
    }

    /// What a response means for the mail and for the journal.
    static func reading(
        _ response: HTTPResponse, _ part: Plan.Part
    ) -> (PartResult, Settlement) {
        switch MessageResponse(reading: response) {
        case .accepted(let acceptance):
            let segments = acceptance.segments ?? part.segments
            return (
                .sent(
                    Sent(
                        sid: acceptance.sid, segments: segments, isRepeat: false, told: part.told)),
                .accepted(sid: acceptance.sid, segments: acceptance.segments)
            )
        case .unclear(let reason):
            let problem = Problem(
                .deliveryUncertain, "no clear answer from Twilio; it is asked before another try",
                detail: requestName(reason, response))
            return (.failed(problem), .uncertain(reason: reason))
        case .refused(let error):
            let failure = Failure(error.verdict)
            let problem = Problem(
                failure, error.advice, detail: requestName(error.message, response))
            return (.failed(problem), settlement(error, failure))
        }
    }

    private static func settlement(_ error: ProviderError, _ failure: Failure) -> Settlement {
        if error.verdict == .uncertain { return .uncertain(reason: error.advice) }
        guard failure.status.statusClass == .permanent else { return .released }
        return .refused(
            Refusal(
                code: error.code, httpStatus: error.httpStatus, text: error.advice,
                isOptOut: error.verdict == .optedOut))
    }

    /// With Twilio's name for the exchange, which its support asks for.
    private static func requestName(_ text: String, _ response: HTTPResponse) -> String {
        response.requestID.map { "\(text) [\($0)]" } ?? text
    }
}
