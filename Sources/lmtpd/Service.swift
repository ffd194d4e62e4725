internal import CoreConfig
internal import CoreDelivery
internal import CoreJournal
internal import CoreLMTP
internal import CoreMail
internal import CoreSystem
internal import Glibc

/// What one configuration means to the sessions. A reload makes a new one; transactions that began
/// with the old one finish with it.
final class Service: Sendable {
    let configuration: Configuration
    let deliver: Deliver
    let deliveryLog: DeliveryLog
    let line: ProviderLine
    let log: Log
    let tls: TLSContext?
    let threads: Threads

    /// What runs beside the reactor.
    struct Threads {
        /// Large messages: reading one must not hold up the other sessions.
        let reading: Workers
        /// Warnings to the operator: this may block, it is rare and small.
        let mailing: Workers

        init() throws(Errno) {
            reading = try Workers(count: max(1, min(4, sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
            mailing = try Workers(count: 1)
        }
    }

    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    /// `line` is what an earlier service used, if the requests may go on as before.
    init(
        _ configuration: Configuration, journal: any Journal, line: ProviderLine, log: Log,
        threads: Threads
    ) throws(Refused) {
        self.threads = threads
        self.configuration = configuration
        self.line = line
        self.log = log
        deliver = Deliver(
            configuration: configuration, clock: .system, transport: line, journal: journal,
            log: log, asker: ReactorPolicyAsker(configuration.policy),
            post: { mail in Self.post(mail, log, on: threads.mailing) })
        deliveryLog = DeliveryLog(log, configuration)
        guard let certificate = configuration.lmtp.tlsCertificateFile,
            let key = configuration.lmtp.tlsKeyFile
        else {
            tls = nil
            return
        }
        do throws(TLSContext.Refused) {
            tls = try TLSContext(
                certificate: certificate, key: key,
                clientAuthority: configuration.lmtp.tlsClientAuthorityFile)
        } catch {
            throw Refused(description: error.description)
        }
    }

    private static func post(_ mail: OperatorMail, _ log: Log, on workers: Workers) {
        Task(executorPreference: workers) {
            do throws(OperatorMail.Refused) {
                try mail.submit()
            } catch {
                log(
                    .error, "warning not mailed",
                    ["to": mail.recipient, "reason": error.description])
            }
        }
    }

    var sessionLimits: Session.Limits {
        Session.Limits(
            messageSize: configuration.lmtp.maxMessageSize,
            recipients: configuration.lmtp.maxRecipients,
            commandTimeout: configuration.lmtp.idleTimeout)
    }

    /// Octets from which on a message is read on another thread: what is shorter holds up the other
    /// sessions for a millisecond or so.
    private static let largeMessage = 32 << 10

    func prepare(_ message: [UInt8]) async -> PreparedMessage {
        guard message.count >= Self.largeMessage else {
            return deliver.prepare(message)
        }
        return await withTaskExecutorPreference(threads.reading) {
            await Self.read(message, with: deliver)
        }
    }

    @concurrent private static func read(
        _ message: [UInt8], with deliver: Deliver
    ) async -> PreparedMessage {
        deliver.prepare(message)
    }
}
