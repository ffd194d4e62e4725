internal import CoreAddress
internal import CorePolicy
internal import CoreSystem
internal import CoreTwilio
internal import Glibc

/// Everything an operator can decide, read from one TOML file and the environment.
///
/// In: `-C FILE`, else `SMSMDA_CONFIG`, else `/etc/smsmda/smsmda.toml` where it exists; then the
/// environment, which overrides the file and is enough without one. Out: a value that does not
/// change; every key has a value or a documented default. All faults of a file are found in one
/// go, each with line and column. It opens no secret file, asks no server and looks for no socket:
/// `smsmda check` does.
package struct Configuration: Sendable {
    /// ISO 3166, capitals: reads numbers without `+`.
    package var defaultRegion: String
    package var twilio: TwilioSettings
    /// `[account.NAME]`, by NAME.
    package var accounts: [String: AccountSettings]
    package var message: MessageSettings
    /// What a message gets that no route and no option changes.
    package var choices: MessageChoices
    package var journal: JournalSettings
    package var storm: StormSettings
    package var lmtp: LMTPSettings
    package var log: LogSettings
    package var policy: PolicySettings
    /// Name, lower case, → numbers and other names.
    package var aliases: [String: [String]]
    package var routes: [RouteSettings]
    /// By NAME, lower case.
    package var options: [String: OptionSettings]
    /// What is legal but hardly meant, for `smsmda check`.
    package var doubts: [String]
    /// The file it was read from. Nil: from the environment alone.
    package let file: String?

    package static let standardPath = "/etc/smsmda/smsmda.toml"

    /// Reads the configuration. `path` is what `-C` named.
    package static func load(
        path: String? = nil, environment: [String: String]
    ) throws(ConfigurationError) -> Configuration {
        let named = path ?? environment["SMSMDA_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let source = try ConfigurationFile(reading: named ?? standardPath, mustExist: named != nil)
        return try Configuration(
            parsing: source?.bytes ?? [], file: source?.path, permissions: source?.permissions,
            environment: environment)
    }

    /// Reads a configuration from text. `file` stands in error messages and gives the folder at
    /// which relative paths start.
    package init(
        parsing text: String, file: String = "smsmda.toml", environment: [String: String] = [:]
    ) throws(ConfigurationError) {
        try self.init(
            parsing: Array(text.utf8), file: file, permissions: nil, environment: environment)
    }

    private init(
        parsing bytes: [UInt8], file: String?, permissions: FilePermissions?,
        environment: [String: String]
    ) throws(ConfigurationError) {
        let root: TOMLNode
        do throws(TOMLNode.ParseError) {
            root = try TOMLNode(parsing: bytes)
        } catch {
            throw ConfigurationError(
                file: file, position: error.position,
                text: "not TOML: \(error.text); is a quote, a bracket or an equals sign missing?")
        }
        let reading = Reading(file: file, permissions: permissions)
        self.init(readingFrom: Section("", root, reading))
        try reading.finish()
        try override(with: environment)
        doubts = reading.doubts + findDoubts()
    }

    private init(readingFrom top: Section) {
        file = top.reading.file
        doubts = []
        defaultRegion = top.region("default_region") ?? "US"
        let twilioTable = top.table("twilio")
        twilio = TwilioSettings(readingFrom: twilioTable)
        var sending = MessageChoices()
        sending.readSending(from: twilioTable)
        sending.sender = twilio.account.sender
        twilioTable.finish()
        let named = top.namedTables("account")
        accounts = [:]
        for (name, section) in named {
            accounts[name] = AccountSettings(
                name: name, readingFrom: section, inheriting: twilio.account)
            section.finish()
        }
        let names = Set(accounts.keys)
        message = Self.read(top, "message", MessageSettings.init)
        choices = message.choices.filled(from: sending)
        let dedup = top.table("dedup")
        journal = Self.read(top, "journal") { JournalSettings(readingFrom: $0, dedup: dedup) }
        dedup.finish()
        storm = Self.read(top, "storm", StormSettings.init)
        let deliver = top.table("deliver")
        lmtp = Self.read(top, "lmtp") { LMTPSettings(readingFrom: $0, deliver: deliver) }
        deliver.finish()
        log = Self.read(top, "log", LogSettings.init)
        let (senders, limits) = (top.tables("sender"), top.tables("limit"))
        policy = Self.read(top, "policy") { section in
            PolicySettings(readingFrom: section, senders: senders, limits: limits)
        }
        routes = top.tables("route").enumerated().map { index, section in
            RouteSettings(readingFrom: section, number: index + 1, accounts: names)
        }
        options = [:]
        for (name, section) in top.namedTables("option") {
            options[name.lowercased()] = OptionSettings(readingFrom: section, accounts: names)
        }
        aliases = Aliases(readingFrom: top.table("aliases")).members
        top.finish()
    }

    private static func read<Value>(_ top: Section, _ key: String, _ make: (Section) -> Value)
        -> Value
    {
        let section = top.table(key)
        let value = make(section)
        section.finish()
        return value
    }

    static func region(_ text: String) -> String? {
        Region(text)?.code
    }

    /// Every key that a file may have, as `table.key`; for the manual's key table.
    package static var keys: [String] {
        let reading = Reading(file: nil, permissions: nil)
        let specimen = "[[route]]\n[[sender]]\n[[limit]]\n[account.x]\n[option.x]\n"
        guard let root = try? TOMLNode(parsing: Array(specimen.utf8)) else {
            preconditionFailure("the specimen is not TOML")
        }
        _ = Configuration(readingFrom: Section("", root, reading))
        return reading.keys
    }
}

/// The bytes of a configuration file, and who may read it.
private struct ConfigurationFile {
    let path: String
    let bytes: [UInt8]
    let permissions: FilePermissions

    /// More than any sane file; beyond it somebody has named a wrong one.
    private static let maximumByteCount = 1 << 20

    /// Nil when there is none and none has to be.
    init?(reading path: String, mustExist: Bool) throws(ConfigurationError) {
        self.path = path
        let content: [UInt8]?
        do throws(Errno) {
            let file = try Descriptor(opening: path, O_RDONLY | O_NOCTTY)
            permissions = try FilePermissions(of: file)
            content = try file.readAll(limit: Self.maximumByteCount)
        } catch {
            if error.code == ENOENT, !mustExist { return nil }
            throw ConfigurationError(
                file: path,
                text: "\(error.reason): mend the path (-C, SMSMDA_CONFIG) or the file's permissions"
            )
        }
        guard let content else {
            throw ConfigurationError(
                file: path,
                text: "longer than \(Self.maximumByteCount) bytes: is it the right file?")
        }
        guard permissions.mode & 0o002 == 0 else {
            throw ConfigurationError(
                file: path,
                text: "anyone may change this file (mode \(permissions.octal)): chmod 0640 it")
        }
        bytes = content
    }
}
