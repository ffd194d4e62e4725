import CoreSystem
import CoreTwilio

/// A transport that answers from a list and keeps what it was asked: the provider in memory.
///
/// What the provider really does is tried against the simulator in Tests/system.
final class ScriptedTransport: Transport {
    enum Answer: Sendable {
        case response(Int, String)
        case failure(sentNothing: Bool)
    }

    private let state: Locked<(answers: [Answer], requests: [HTTPRequest])>

    init(_ answers: [Answer]) { state = Locked((answers, [])) }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }
    /// Only those that create a message.
    var posts: [HTTPRequest] { requests.filter { $0.form != nil } }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let answer = state.withLock { (state) -> Answer? in
            state.requests.append(request)
            return state.answers.isEmpty ? nil : state.answers.removeFirst()
        }
        switch answer {
        case .response(let status, let body)?:
            return HTTPResponse(status: status, body: Array(body.utf8))
        case .failure(let sentNothing)?:
            throw TransportError(sentNothing: sentNothing, code: 28, reason: "scripted")
        case nil:
            throw TransportError(sentNothing: true, code: 7, reason: "the script is over")
        }
    }
}
