internal import CLinux
internal import CoreConfig
internal import CoreDelivery
internal import CoreJournal
internal import CoreSystem
internal import CoreTwilio
internal import Glibc

/// The pipe transport: the message on standard input, the envelope in arguments or environment.
///
/// One run is one delivery: configuration, message, then each recipient in turn. What the MTA hears is
/// the exit status and, on failure, one line that begins with the enhanced status. Everything that
/// is not a delivery or a final refusal ends in 75: a wrong option, a missing file, a bug.
@main
struct Main {
    static func main() {
        LastResort.install()
        let environment = Environment.variables
        let arguments: Arguments
        do throws(Arguments.Request) {
            arguments = try Arguments(CommandLine.arguments, environment: environment)
        } catch {
            answer(error)
        }
        let configuration: Configuration
        do throws(ConfigurationError) {
            configuration = try Configuration.load(
                path: arguments.configuration, environment: environment)
        } catch {
            stop(Failure.configuration.status, "\(error)")
        }
        LastResort.setDeadline(configuration.lmtp.deliverDeadline)
        let message = read(limit: configuration.lmtp.maxMessageSize, arguments)
        if arguments.isDryRun {
            leave(DryRun.run(message, arguments, configuration))
        }
        deliver(message, arguments, configuration)
    }

    // MARK: Delivery

    private static func deliver(
        _ message: [UInt8], _ arguments: Arguments, _ configuration: Configuration
    ) -> Never {
        let log = LogOutput.open(configuration.log)
        let options: JournalOptions
        do throws(ConfigurationError) {
            options = try configuration.journalOptions()
        } catch {
            stop(Failure.configuration.status, "\(error)")
        }
        let journal: any Journal
        do throws(JournalError) {
            journal = try DirectJournal(options, log: log)
        } catch {
            guard configuration.journal.isRequired else {
                run(message, arguments, configuration, UnusableJournal(error), log)
            }
            log(.error, "journal cannot be used", ["reason": error.description])
            stop(Failure.journal.status, "the journal cannot be used; the mail waits")
        }
        run(message, arguments, configuration, journal, log)
    }

    private static func run(
        _ message: [UInt8], _ arguments: Arguments, _ configuration: Configuration,
        _ journal: any Journal, _ log: Log
    ) -> Never {
        let clock = Clock.system
        let start = clock.elapsed()
        let deliver = Deliver(
            configuration: configuration, clock: clock,
            transport: CurlTransport(configuration.transportOptions), journal: journal, log: log,
            asker: BlockingPolicyAsker(configuration.policy), post: { post($0, log) })
        let deliveryLog = DeliveryLog(log, configuration)
        let outcomes = InlineExecutor.run {
            let prepared = PreparedMessage(message, configuration)
            var outcomes: [Outcome] = []
            for recipient in arguments.recipients {
                let outcome = await deliver(prepared, to: recipient, arguments.envelope)
                deliveryLog.write(outcome, arguments.envelope, delay: clock.elapsed() - start)
                outcomes.append(outcome)
            }
            await journal.close()
            return outcomes
        }
        // Not let go, so that libcurl does not take apart what the end of the process ends.
        withExtendedLifetime(deliver) { leave(report(outcomes)) }
    }

    /// A warning that does not get through is in the log at least.
    private static func post(_ mail: OperatorMail, _ log: Log) {
        do throws(OperatorMail.Refused) {
            try mail.submit()
        } catch {
            log(.error, "warning not mailed", ["to": mail.recipient, "reason": error.description])
        }
    }

    /// Prints what failed, on one line, and returns the exit status of the whole run.
    ///
    /// One failure that may pass makes the MTA try all again: the journal keeps the others from being
    /// sent twice. So the transient one speaks first.
    private static func report(_ outcomes: [Outcome]) -> Int32 {
        let failed = outcomes.filter { $0.status.statusClass != .sent }
        let transient = failed.filter { $0.status.statusClass == .transient }
        guard let first = transient.first ?? failed.first else { return EX_OK }
        let rest = failed.filter { $0 != first }.map(\.pipeLine)
        say(([first.pipeLine] + rest).joined(separator: "; "))
        return first.status.exit
    }

    // MARK: The message

    private static func read(limit: Int, _ arguments: Arguments) -> [UInt8] {
        let input = Descriptor(adopting: STDIN_FILENO)
        do throws(Errno) {
            if let message = try input.readAll(limit: limit) { return message }
        } catch {
            stop(Failure.system.status, "the message cannot be read: \(error)")
        }
        let text = "the message is over \(limit) bytes ([lmtp] max_message_size)"
        stop(Failure.messageTooLarge.status, text)
    }

    // MARK: Ends

    private static func answer(_ request: Arguments.Request) -> Never {
        switch request {
        case .wrong(let text):
            stop(Failure.configuration.status, "\(text); see sms-deliver(8)")
        case .help: print(Arguments.help)
        case .version: print("sms-deliver \(Version.current)")
        }
        // A transport that was set up with one of these by mistake must not lose the mail.
        exit(isatty(STDIN_FILENO) == 1 ? EX_OK : EX_TEMPFAIL)
    }

    /// Ends the process without the libraries' own ends: what they free one by one, the kernel frees
    /// with the process, and the journal is closed.
    private static func leave(_ status: Int32) -> Never {
        // A full disk behind standard output is nothing that the mail could wait for.
        _ = fflush(nil)
        _exit(status)
    }

    private static func stop(_ status: Status, _ text: String) -> Never {
        say("\(status.enhanced) \(text)")
        exit(status.exit)
    }

    /// One line on standard output, control characters made blanks.
    private static func say(_ text: String) {
        let line = text.utf8.map { $0 < 32 || $0 == 127 ? 32 : $0 } + [10]
        // The MTA may have gone: then nobody is left to read it.
        _ = unsafe line.withUnsafeBytes { unsafe write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }
}
