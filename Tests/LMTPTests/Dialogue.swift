import Foundation
import Testing

@testable import CoreLMTP

/// A session written down: what the client sends and what it must hear.
///
/// `C:` a line, CRLF added; `C<` bytes with `\r \n \0 \xHH`; `C* n c` the character n times.
/// `S:` a line expected, `S~` its beginning, `S?` one of several beginnings between `|`;
/// `X:` the server closes. `% name value` sets a limit. Tests/system plays the same files against
/// the daemon.
struct Dialogue {
    enum Step: Sendable {
        case send([UInt8])
        case expect([String], isWhole: Bool)
        case closed
    }

    var name: String
    var limits = Session.Limits()
    var steps: [(line: Int, step: Step)] = []

    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Dialogues")

    static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".lmtp") }.sorted()
    }

    init(named name: String) throws {
        self.name = name
        let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let rest = String(line.dropFirst(3))
            let step: Step
            switch line.prefix(2) {
            case "C:": step = .send(Array(rest.utf8) + [13, 10])
            case "C<": step = .send(Self.unescaped(rest))
            case "C*":
                let words = rest.split(separator: " ")
                let count = try #require(Int(words[0]))
                step = .send(Array(repeating: Array(words[1].utf8)[0], count: count))
            case "S:": step = .expect([rest], isWhole: true)
            case "S~": step = .expect([rest], isWhole: false)
            case "S?":
                let choices = rest.split(separator: "|").map {
                    $0.trimmingCharacters(in: .whitespaces)
                }
                step = .expect(choices, isWhole: false)
            case "X:": step = .closed
            case "% ":
                let words = line.split(separator: " ")
                let value = try #require(Int(words[2]))
                switch words[1] {
                case "message-size": limits.messageSize = value
                case "recipients": limits.recipients = value
                default: Issue.record("\(name):\(index + 1): unknown setting \(words[1])")
                }
                continue
            case "# ", "": continue
            default:
                Issue.record("\(name):\(index + 1): not a dialogue line: \(line)")
                continue
            }
            steps.append((index + 1, step))
        }
    }

    private static func unescaped(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
                bytes.append(byte)
                continue
            }
            switch escape {
            case UInt8(ascii: "r"): bytes.append(13)
            case UInt8(ascii: "n"): bytes.append(10)
            case UInt8(ascii: "0"): bytes.append(0)
            case UInt8(ascii: "x"):
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                rest = rest.dropFirst(2)
                bytes.append(UInt8(digits, radix: 16) ?? 0)
            default: bytes.append(escape)
            }
        }
        return bytes
    }
}

/// Drives a `Session` as the daemon does. A recipient whose local part begins with `nobody` is refused.
final class Player {
    private var session: Session
    var isBetweenTransactions: Bool { session.isBetweenTransactions }
    var output: [UInt8]
    var delivered: [Transaction] = []
    var checked: [String] = []
    var isClosed = false

    init(limits: Session.Limits = .init(), peer: Session.Peer = .init()) {
        session = Session(host: "sms.example", limits: limits, peer: peer)
        output = session.greeting.wireForm
    }

    func send(_ bytes: some Collection<UInt8>) {
        session.receive(bytes)
        while let action = session.next() { perform(action) }
    }

    /// What was said since the last call, as lines.
    func heard() -> [String] {
        defer { output = [] }
        var lines = String(decoding: output, as: UTF8.self).components(separatedBy: "\r\n")
        #expect(lines.removeLast() == "")
        return lines
    }

    private func perform(_ action: Session.Action) {
        switch action {
        case .reply(let reply): output += reply.wireForm
        case .check(let recipient, _):
            checked.append(recipient)
            let isBad = recipient.hasPrefix("nobod")
            let refusal = isBad ? Reply(553, EnhancedStatus(5, 1, 3), "not a phone number") : nil
            output += session.decide(refusal).wireForm
        case .deliver(let transaction):
            delivered.append(transaction)
            for _ in transaction.recipients {
                output += Reply(250, EnhancedStatus(2, 0, 0), "sent").wireForm
            }
        case .refuse(let transaction, let reply):
            for _ in transaction.recipients { output += reply.wireForm }
        case .startTLS(let reply):
            output += reply.wireForm
            session.tlsStarted(trusted: false)
        case .close(let reply):
            output += reply.wireForm
            isClosed = true
        }
    }
}
