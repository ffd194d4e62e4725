import CoreSystem

/// Everything a request can reach: the API with its faults, the control interface and the page.
///
/// Faults, latency and the limit on concurrency touch the API only, so that a test can always look
/// and mend. A message is accepted when its request has been read, whatever becomes of the answer.
final class Simulator: HTTPHandler {
    struct Settings: Sendable {
        /// Before each answer of the API.
        var latency: Duration = .zero
        /// API requests at a time; one more is answered 429. 0: no limit.
        var concurrency = 0
    }

    private let settings: Settings
    private let api: MessagesAPI
    private let control: Control
    private let faults: FaultPlan
    private let traffic: Traffic
    private let log: Log

    init(
        _ settings: Settings, _ api: MessagesAPI, _ control: Control, _ faults: FaultPlan,
        _ traffic: Traffic, _ log: Log
    ) {
        self.settings = settings
        self.api = api
        self.control = control
        self.faults = faults
        self.traffic = traffic
        self.log = log
    }

    func begin(_ method: String, _ target: RequestTarget) -> HTTPBeginning {
        guard target.path.hasPrefix(MessagesAPI.prefix) else { return .read(.init()) }
        let draw = faults.draw(for: method)
        let ticket = Ticket(isCounted: true, draw: draw, concurrency: traffic.begin())
        if draw.kind == .resetBefore {
            traffic.note(method, target, fault: .resetBefore)
            log(.info, "fault", ["kind": FaultKind.resetBefore.rawValue, "target": target.path])
            return .reset(ticket)
        }
        return .read(ticket)
    }

    func end(_ ticket: Ticket) {
        if ticket.isCounted { traffic.end() }
    }

    func answer(_ request: HTTPRequest, _ ticket: Ticket) -> Answer {
        guard ticket.isCounted else {
            return Answer(response: control.response(to: request))
        }
        var answer = answer(request, ticket.draw, isCrowded: isCrowded(ticket))
        answer.delay = settings.latency + ticket.draw.latency
        answer.response.headers += [
            ("Twilio-Request-Id", SID.make("RQ")),
            ("Twilio-Concurrent-Requests", String(ticket.concurrency)),
            ("Twilio-Request-Duration", String(Double(answer.delay.milliseconds) / 1000)),
        ]
        traffic.note(request, status: answer.response.status, fault: ticket.draw.kind)
        log(
            .info, "request",
            [
                "method": request.method, "target": request.target.path,
                "status": String(answer.response.status), "fault": ticket.draw.kind?.rawValue,
            ])
        return answer
    }

    private func isCrowded(_ ticket: Ticket) -> Bool {
        settings.concurrency > 0 && ticket.concurrency > settings.concurrency
    }

    private func answer(
        _ request: HTTPRequest, _ draw: FaultPlan.Draw, isCrowded: Bool
    ) -> Answer {
        switch draw.kind {
        case .tooMany:
            var response = ProviderError.tooManyRequests.response
            if let milliseconds = draw.milliseconds {
                response.headers.append(("Retry-After", String((milliseconds + 999) / 1000)))
            }
            return Answer(response: response)
        case .unauthorized: return Answer(response: ProviderError.wrongCredentials.response)
        case .forbidden:
            return Answer(response: ProviderError(403, 20006, "Access Denied").response)
        case .errorBefore: return Answer(response: ProviderError.internalError.response)
        case nil, .latency, .resetBefore, .errorAfter, .resetAfter, .resetInside, .truncated,
            .notJSON, .noSID, .slow:
            if isCrowded { return Answer(response: ProviderError.tooManyRequests.response) }
        }
        let response = api.response(to: request)
        // What the provider refused was not accepted: there is nothing to lose on the way back but
        // the refusal, and that is lost just the same.
        var answer = Answer(response: response)
        switch draw.kind {
        case .errorAfter: answer.response = ProviderError.internalError.response
        case .resetAfter: answer.delivery = .reset
        case .resetInside: answer.delivery = .resetInside
        case .truncated: answer.delivery = .truncated
        case .slow: answer.delivery = .slow(Fault.duration(draw.milliseconds))
        case .notJSON:
            answer.response = HTTPResponse(
                status: 200, type: "text/html; charset=utf-8",
                body: Array("<html><body><h1>It works!</h1></body></html>\n".utf8))
        case .noSID:
            answer.response = .json(201, ["status": "queued", "sid": .null, "body": ""])
        case nil, .latency, .tooMany, .unauthorized, .forbidden, .errorBefore, .resetBefore: break
        }
        return answer
    }
}

/// What the beginning of a request leaves for its answer and its end.
struct Ticket: Sendable {
    /// A request of the API, which faults and limits apply to.
    var isCounted = false
    var draw = FaultPlan.Draw()
    /// API requests being answered, this one included.
    var concurrency = 0
}
