internal import CLinux
internal import CoreAddress
internal import CoreConfig
internal import CoreDelivery
internal import CoreJournal
internal import CoreSystem
internal import CoreTwilio
internal import Glibc

/// What `smsmda check` looks at: a sound configuration against the host that it is to run on.
struct Check {
    typealias Finding = CheckCommand.Finding

    private let configuration: Configuration
    private(set) var findings: [Finding] = []

    init(_ configuration: Configuration, isOnline: Bool) {
        self.configuration = configuration
        add(.ok, "read \(configuration.file ?? "the environment; there is no file")")
        for doubt in configuration.doubts { add(.doubt, doubt) }
        let accounts = checkAccounts()
        checkAliases()
        checkTrust()
        checkJournal()
        for address in configuration.lmtp.listen { checkSocket(address, "[lmtp] listen") }
        for address in configuration.policy.listen { checkSocket(address, "[policy] listen") }
        checkSocketGroup()
        checkTLS()
        checkLibrary()
        checkPrograms()
        if isOnline { for (place, account) in accounts { ask(account, place) } }
    }

    private mutating func add(_ grade: Finding.Grade, _ text: String) {
        findings.append(Finding(grade, text))
    }

    // MARK: Who sends

    private mutating func checkAccounts() -> [(String, Account)] {
        var accounts: [(String, Account)] = []
        let named = configuration.accounts.values.sorted { $0.name < $1.name }
        for settings in [configuration.twilio.account] + named {
            let place = settings.name == "twilio" ? "[twilio]" : "[account.\(settings.name)]"
            do throws(ConfigurationError) {
                let account = try settings.account()
                accounts.append((place, account))
                let login: String
                switch account.credentials {
                case .authToken: login = "its auth token"
                case .apiKey(let sid, _): login = "API key \(sid)"
                }
                add(.ok, "\(place) account \(account.sid), by \(login), at \(account.baseURL)")
            } catch {
                add(.fault, "\(error)")
            }
        }
        return accounts
    }

    private mutating func ask(_ account: Account, _ place: String) {
        // A number that nobody has: what is asked is whether this login may list at all.
        guard let number = PhoneNumber(e164: "+15005550000") else { return }
        let options = configuration.transportOptions
        let answer: Result<HTTPResponse, TransportError> = InlineExecutor.run {
            do throws(TransportError) {
                let request = MessageList.request(to: number, account)
                return .success(try await CurlTransport(options).send(request))
            } catch {
                return .failure(error)
            }
        }
        switch answer {
        case .failure(let error):
            add(.fault, "\(place) \(account.baseURL) cannot be reached: \(error.reason)")
        case .success(let response) where MessageList(reading: response) != nil:
            add(.ok, "\(place) Twilio knows the login and lets it list messages")
        case .success(let response) where response.status == 403:
            add(
                .doubt,
                "\(place) Twilio does not let this login list messages, so what became of a lost"
                    + " reply is decided by on_uncertain: give the API key read access to Messages")
        case .success(let response):
            add(.fault, "\(place) \(ProviderError(reading: response).advice)")
        }
    }

    // MARK: To whom

    private mutating func checkAliases() {
        guard let region = Region(configuration.defaultRegion) else { return }
        let reader = NumberReader(region: region)
        var count = 0
        for (name, members) in configuration.aliases.sorted(by: { $0.key < $1.key }) {
            for member in members where configuration.aliases[member.lowercased()] == nil {
                do throws(NumberError) {
                    _ = try reader.read(member)
                    count += 1
                } catch {
                    add(
                        .fault,
                        "[aliases] \(name): \"\(member)\" is neither a number (\(error)) nor an alias"
                    )
                }
            }
        }
        if count > 0 { add(.ok, "[aliases] \(count) numbers are read") }
    }

    private mutating func checkLibrary() {
        do throws(NumberError) {
            _ = try PhoneNumberLibrary.shared()
        } catch {
            add(.fault, "telephone numbers: \(error)")
        }
    }

    // MARK: The host

    /// The programs that were installed beside this one.
    private mutating func checkPrograms() {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
        let own = String(
            decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        for name in ["sms-deliver", "lmtpd"] {
            let path = "\(Self.folder(of: own))/\(name)"
            guard unsafe access(path, X_OK) == 0 else { continue }
            guard let failure = ProgramStart.failure(of: path) else {
                add(.ok, "\(path) starts")
                continue
            }
            let advice =
                name == "lmtpd"
                ? "mail waits until it does"
                : "until it does Postfix bounces mail, unless you say: postconf -e"
                    + " defer_transports=sms && postfix reload"
            add(.fault, "\(path) does not start: \(failure); \(advice)")
        }
    }

    private mutating func checkTrust() {
        let own = configuration.twilio.caFile
        let path = own.isEmpty ? "/etc/ssl/certs" : own
        let advice = own.isEmpty ? "install ca-certificates" : "correct ca_file in [twilio]"
        guard unsafe access(path, R_OK) == 0 else {
            add(.fault, "certificates: \(Errno("read \(path)")); \(advice)")
            return
        }
        add(.ok, "certificates from \(path)")
    }

    private mutating func checkJournal() {
        let settings = configuration.journal
        if settings.url == nil, FileKind(path: settings.path) == .missing {
            let folder = Self.folder(of: settings.path)
            if unsafe access(folder, W_OK | X_OK) == 0 {
                add(.ok, "[journal] \(settings.path) will be made by the first delivery")
            } else {
                add(
                    .fault,
                    "[journal] \(Errno("write into \(folder)")); make the folder, owned by the user"
                        + " that delivers, mode 0750")
            }
            return
        }
        do {
            let journal = try DirectJournal(configuration.journalOptions())
            let storms = try InlineExecutor.run { () async -> Result<[Storm], JournalError> in
                do throws(JournalError) {
                    let storms = try await journal.read { (ledger) throws(JournalError) in
                        _ = try ledger.list(EntryFilter())
                        return try ledger.storms()
                    }
                    await journal.close()
                    return .success(storms)
                } catch {
                    return .failure(error)
                }
            }.get()
            add(.ok, "[journal] \(settings.url == nil ? settings.path : "PostgreSQL") answers")
            checkStorms(storms)
        } catch {
            add(.fault, "[journal] \(error)")
        }
    }

    /// Folded alerts whose carrier is not expected any more: nothing tells of them until the next alert.
    private mutating func checkStorms(_ storms: [Storm]) {
        let now = Clock.system.now()
        for storm in storms where storm.folded > 0 {
            let isOn = configuration.storm.alerts != nil
            if isOn && storm.isAwaited(now) { continue }
            let number = DeliveryLog.masked(storm.number)
            add(
                .doubt,
                "[storm] \(storm.folded) alerts to \(number) were folded since"
                    + " \(PointInTime.text(storm.since)) and nobody was told: "
                    + (isOn
                        ? "the mail that was to tell of them has left the MTA's queue; the next alert"
                            + " does, and smsmda list --status folded names them"
                        : "[storm] alerts is not set any more; smsmda list --status folded names them")
            )
        }
    }

    private mutating func checkSocket(_ address: ListenAddress, _ place: String) {
        guard case .unix(let path) = address else { return }
        let folder = Self.folder(of: path)
        switch FileKind(path: path) {
        case .socket: add(.ok, "\(place) \(path) exists")
        case .missing where FileKind(path: folder) == .directory:
            add(.ok, "\(place) \(path) will be made by lmtpd")
        case .missing:
            add(
                .doubt,
                "\(place) there is no folder \(folder): lmtpd.socket of systemd makes it (ListenStream=),"
                    + " else make it, owned by the user of lmtpd")
        case .regular, .directory, .other:
            add(
                .fault, "\(place) \(path) is there and no socket: remove it, or choose another path"
            )
        }
    }

    private mutating func checkSocketGroup() {
        guard let group = configuration.lmtp.socketGroup else { return }
        if unsafe getgrnam(group) == nil {
            add(.fault, "[lmtp] socket_group: there is no group \(group): addgroup it")
        }
    }

    private mutating func checkTLS() {
        let lmtp = configuration.lmtp
        for path in [lmtp.tlsCertificateFile, lmtp.tlsKeyFile, lmtp.tlsClientAuthorityFile] {
            guard let path, unsafe access(path, R_OK) != 0 else { continue }
            add(.fault, "[lmtp] \(Errno("read \(path)")); STARTTLS needs it")
        }
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
        return String(path[..<slash])
    }
}
