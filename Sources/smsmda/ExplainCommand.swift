internal import CLinux
internal import CoreAddress
internal import CoreConfig
internal import CoreDelivery
internal import CoreMail
internal import CoreSMS
internal import CoreSystem
internal import CoreText
internal import CoreTwilio

/// `smsmda explain FILE RECIPIENT`: what a delivery would do with a mail, and why. Sends nothing.
enum ExplainCommand {
    static let command = Main.Command(
        name: "explain", usage: "[-C FILE] [-f SENDER] MAIL RECIPIENT",
        summary: "show what would be sent, and why", run: run)

    @Sendable static func run(_ words: [String]) throws(CommandError) -> Int32 {
        var options = CommandOptions(words)
        let configurationFile = try options.value("-C")
        let sender = try options.value("-f") ?? ""
        let saslUser = try options.value("--sasl-user")
        let client = try options.value("--client-address")
        let names = try options.rest()
        guard names.count == 2 else { throw .usage("explain wants a MAIL and a RECIPIENT") }
        let configuration = try CommandOptions.configuration(configurationFile)
        let bytes: [UInt8]
        do throws(Errno) {
            bytes = try MailFile.read(names[0])
        } catch {
            throw CommandError(description: "\(error)", exit: EX_NOINPUT)
        }
        let message = PreparedMessage(bytes, configuration)
        let envelope = Envelope(
            reversePath: sender, clientAddress: client, saslUser: saslUser)
        let made = Plan.make(message, names[1], envelope, configuration, now: Clock.system.now())
        show(message, made, configuration)
        if case .send = made { return EX_OK }
        return 1
    }

    private static func show(
        _ message: PreparedMessage, _ made: Plan.Made, _ configuration: Configuration
    ) {
        print("subject:     \(message.message.subject ?? "(none)")")
        print("text from:   \(source(message))")
        for attachment in AttachmentTypes().list(message.message, besides: message.text) {
            print("attachment:  \(attachment.line)")
        }
        for defect in message.defects { print("defect:      \(defect)") }
        switch made {
        case .stop(let outcome, _):
            print("not sent:    \(outcome.status.enhanced) \(outcome.text)")
            if let detail = outcome.detail { print("             \(detail)") }
            print("reply, exit: \(outcome.status.reply), \(outcome.status.exit)")
        case .send(let plan): show(plan, configuration)
        }
    }

    private static func show(_ plan: Plan, _ configuration: Configuration) {
        let composition = plan.composition
        print("route:       \(plan.route)")
        print("to:          \(plan.numbers.map(\.e164).joined(separator: ", "))")
        print("from:        \(plan.sender.wireForm), account \(plan.account.sid)")
        print("encoding:    \(composition.encoding.rawValue)\(reason(for: composition))")
        print("segments:    \(composition.segments)\(cost(plan, configuration))")
        for dropped in composition.dropped { print("left out:    \(dropped)") }
        for (index, text) in composition.messages.enumerated() {
            print("message \(index + 1):")
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                print("  | \(line)")
            }
        }
    }

    /// What makes a text Unicode, or what was done against it.
    private static func reason(for composition: Composition) -> String {
        let characters = composition.charactersOutsideGSM7(atMost: 5)
        if !characters.isEmpty {
            let names = characters.map { "\($0) U+\(hexadecimal($0.value))" }
            return ", because of \(names.joined(separator: ", "))"
        }
        let count = composition.transliterated
        return count > 0 ? ", \(count) characters replaced" : ""
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    private static func source(_ message: PreparedMessage) -> String {
        guard let section = message.text.section else { return "no part has text" }
        return "part \(section)\(message.text.isHTML ? ", HTML" : "")"
    }

    private static func cost(_ plan: Plan, _ configuration: Configuration) -> String {
        guard let price = configuration.message.price else { return "" }
        let count = plan.composition.segments * plan.numbers.count
        return ", about \(price.total(segments: count)) for all numbers"
    }
}
