internal import CLinux
internal import CoreConfig
internal import CoreDelivery
internal import CoreSystem
internal import Glibc

/// Shows what a delivery would do; sends nothing and records nothing.
enum DryRun {
    /// Returns the exit status that the delivery would have, as far as it depends on us.
    static func run(
        _ message: [UInt8], _ arguments: Arguments, _ configuration: Configuration
    ) -> Int32 {
        let prepared = PreparedMessage(message, configuration)
        var status = EX_OK
        for recipient in arguments.recipients {
            let made = Plan.make(
                prepared, recipient, arguments.envelope, configuration, now: Clock.system.now())
            let record = DryRunRecord(made, prepared)
            print(arguments.wantsJSON ? record.line : Self.text(record))
            if record.status.exit != EX_OK, status != EX_TEMPFAIL { status = record.status.exit }
        }
        return status
    }

    private static func text(_ record: DryRunRecord) -> String {
        guard let from = record.from, let encoding = record.encoding else {
            return "\(record.status.enhanced) \(record.recipient): \(record.status.text)"
        }
        let head =
            "\(record.recipient): to \(record.to.joined(separator: ", ")) from \(from), "
            + "\(encoding), segments: \(record.segments)"
        return ([head] + record.messages).joined(separator: "\n")
    }
}
