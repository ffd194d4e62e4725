package import CoreConfig
package import CorePolicy
internal import CoreSystem

/// Asks a policy service in the calling thread, on a connection of its own: for the one-shot programs.
///
/// It waits for connecting, for the kernel to take the question and for the answer, each at most as
/// long as `[policy] ask_timeout` says.
package struct BlockingPolicyAsker: PolicyAsker {
    private let address: ListenAddress
    private let timeout: Duration

    /// Nil where the configuration names none.
    package init?(_ settings: PolicySettings) {
        guard let address = settings.ask else { return nil }
        self.address = address
        timeout = settings.askTimeout
    }

    package func ask(_ question: PolicyRequest) async -> PolicyAdvice {
        do throws(Errno) {
            let socket = try SocketName.connect(to: address, timeout: timeout)
            try socket.write(all: question.wireForm)
            var reader = PolicyRequestReader()
            while true {
                let bytes = try socket.read(atMost: 4096)
                if bytes.isEmpty { return .unclear("\(address) closed without an answer") }
                do throws(PolicyRequestReader.Malformed) {
                    if let answer = try reader.receive(bytes).first {
                        return PolicyAdvice(reading: answer)
                    }
                } catch {
                    return .unclear("\(address): \(error)")
                }
            }
        } catch {
            return .unclear("\(address): \(error)")
        }
    }
}
