internal import CLinux
internal import CoreConfig
internal import CorePolicy
internal import CoreSystem
internal import Glibc

/// Asks the operator's policy service on the reactor, a connection a question, all within
/// `[policy] ask_timeout`.
struct ReactorPolicyAsker: PolicyAsker {
    private let address: ListenAddress
    private let timeout: Duration

    /// Nil where the configuration names none.
    init?(_ settings: PolicySettings) {
        guard let address = settings.ask else { return nil }
        self.address = address
        timeout = settings.askTimeout
    }

    func ask(_ question: PolicyRequest) async -> PolicyAdvice { await converse(question) }

    @Loop private func converse(_ question: PolicyRequest) async -> PolicyAdvice {
        let deadline = Loop.reactor.now + timeout
        do {
            let connection = try Connection(connect())
            try await connection.write(question.wireForm, until: deadline)
            var reader = PolicyRequestReader()
            while true {
                var result = Result<[PolicyRequest], PolicyRequestReader.Malformed>.success([])
                try await connection.read(until: deadline) { bytes in
                    result = Result { () throws(PolicyRequestReader.Malformed) in
                        try reader.receive(bytes)
                    }
                }
                if let answer = try result.get().first { return PolicyAdvice(reading: answer) }
            }
        } catch Connection.Failure.timedOut {
            return .unclear("\(address) did not answer within \(timeout)")
        } catch Connection.Failure.closed {
            return .unclear("\(address) closed without an answer")
        } catch {
            return .unclear("\(address): \(error)")
        }
    }

    /// A socket that does not block; over TCP the connection is still being made.
    private func connect() throws -> Descriptor {
        let target = try SocketAddress(address)
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let rawValue = socket(target.family, type, 0)
        guard rawValue >= 0 else { throw Errno("socket") }
        let descriptor = Descriptor(adopting: rawValue)
        let status = unsafe target.with { unsafe Glibc.connect(rawValue, $0, $1) }
        guard status == 0 || errno == EINPROGRESS else { throw Errno("connect") }
        return descriptor
    }
}
