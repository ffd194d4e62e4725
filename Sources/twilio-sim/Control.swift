import CoreSystem
import FoundationEssentials

/// The paths under `/_sim/` and the page: what tests and people use to look in and to do harm.
///
///     GET    /_sim/messages[?last=N]   what the phones got, oldest first
///     DELETE /_sim/messages            forget all messages
///     GET    /_sim/faults              faults in force, and how often each kind has hit
///     POST   /_sim/faults              one fault, or a list of them, as JSON
///     DELETE /_sim/faults              no more faults
///     POST   /_sim/replies             a phone answers: {"from":"+1...","body":"STOP"} or START
///     GET    /_sim/requests            counts and the last 1000 requests of the API
///     DELETE /_sim/requests            forget them
struct Control: Sendable {
    let store: Store
    let faults: FaultPlan
    let traffic: Traffic
    let step: Duration
    let clock: Clock

    func response(to request: HTTPRequest) -> HTTPResponse {
        switch (request.method, request.target.path) {
        case ("GET", "/_sim/messages"): return messages(request)
        case ("DELETE", "/_sim/messages"): return changed { () throws(Errno) in try store.clear() }
        case ("GET", "/_sim/faults"): return faultList()
        case ("POST", "/_sim/faults"): return addFaults(request.body)
        case ("DELETE", "/_sim/faults"):
            faults.clear()
            return HTTPResponse(status: 204)
        case ("POST", "/_sim/replies"): return reply(request.body)
        case ("GET", "/_sim/requests"): return .json(200, .object(traffic.json))
        case ("DELETE", "/_sim/requests"):
            traffic.clear()
            return HTTPResponse(status: 204)
        case ("GET", let path):
            return Page.response(for: path) ?? refusal(404, "nothing at \(path); the page is at /")
        case (_, let path): return refusal(405, "\(request.method) is not for \(path)")
        }
    }

    private func messages(_ request: HTTPRequest) -> HTTPResponse {
        let last = Form(parsing: request.target.query).text("last").flatMap { Int($0) } ?? .max
        let now = Timestamp(clock.now())
        let phones = store.phones(last: max(0, last))
        let items = phones.messages.map { MessageResource(of: $0, at: now, step: step).phoneJSON }
        return .json(200, ["messages": .list(items), "total": .number(phones.total)])
    }

    private struct Reply: Codable {
        /// The phone.
        let from: String
        let body: String
    }

    /// What a phone answers: only the words that the provider itself acts upon.
    private func reply(_ body: [UInt8]) -> HTTPResponse {
        guard let reply = try? JSONDecoder().decode(Reply.self, from: Data(body)) else {
            return refusal(400, "a reply is {\"from\":\"+14155551212\",\"body\":\"STOP\"}")
        }
        switch reply.body.uppercased() {
        case "STOP":
            return changed { () throws(Errno) in try store.make(.optedOut(number: reply.from)) }
        case "START":
            return changed { () throws(Errno) in try store.make(.optedIn(number: reply.from)) }
        default:
            return refusal(400, "only STOP and START mean something here")
        }
    }

    private func changed(_ change: () throws(Errno) -> Void) -> HTTPResponse {
        do throws(Errno) {
            try change()
            return HTTPResponse(status: 204)
        } catch {
            return refusal(500, "the state file could not be written: \(error)")
        }
    }

    private func faultList() -> HTTPResponse {
        let snapshot = faults.snapshot
        return .json(
            200,
            [
                "faults": .list(snapshot.faults.map(\.json)),
                "hits": .object(snapshot.hits.mapValues { .number($0) }),
            ])
    }

    private func addFaults(_ body: [UInt8]) -> HTTPResponse {
        let decoder = JSONDecoder()
        let isList = body.first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: "[")
        do {
            let wanted =
                isList
                ? try decoder.decode([Fault].self, from: Data(body))
                : [try decoder.decode(Fault.self, from: Data(body))]
            for fault in try wanted.map({ try $0.checked() }) { faults.add(fault) }
            return faultList()
        } catch let error as Fault.BadFault {
            return refusal(400, error.description)
        } catch {
            let kinds = FaultKind.allCases.map(\.rawValue).joined(separator: ", ")
            return refusal(
                400,
                "a fault is {\"kind\":K,\"rate\":0.1} or {\"kind\":K,\"count\":5}, with"
                    + " \"ms\" and \"method\" at will; the kinds are \(kinds)")
        }
    }

    private func refusal(_ status: Int, _ text: String) -> HTTPResponse {
        .json(status, ["error": .text(text)])
    }
}

extension Fault {
    var json: JSON {
        var fields: [String: JSON] = ["kind": .text(kind.rawValue)]
        if let rate { fields["rate"] = .real(rate) }
        if let count { fields["count"] = .number(count) }
        if let ms { fields["ms"] = .number(ms) }
        if let method { fields["method"] = .text(method) }
        return .object(fields)
    }
}
