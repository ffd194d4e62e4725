import CoreAddress
import CoreConfig
import CorePolicy
import CoreSMS
import CoreTwilio
import Testing

@Suite struct ConfigurationTests {
    static let sid = "0123456789abcdef0123456789abcdef"

    @Test("without any key everything has its documented default")
    func defaults() throws {
        let got = try Configuration(parsing: "")
        #expect(got.defaultRegion == "US")
        #expect(got.twilio.account.baseURL == "https://api.twilio.com")
        #expect(got.twilio.caFile == "")
        #expect(got.twilio.timeout == .seconds(30))
        #expect(got.twilio.maxConcurrency == 100)
        #expect(got.choices.template == "{body}")
        #expect(got.choices.encoding == .smart)
        #expect(got.choices.unicode == .always)
        #expect(got.choices.maxSegments == 10)
        #expect(got.choices.overflow == .truncate)
        #expect(got.choices.strip == [.signature])
        #expect(got.choices.validityPeriod == nil)
        #expect(got.choices.statusCallback == nil)
        #expect(got.journal.path == "/var/lib/smsmda/journal.db")
        #expect(got.journal.keep == .seconds(14 * 86_400))
        #expect(got.journal.settle == .seconds(45))
        #expect(got.journal.onUncertain == .resend)
        #expect(got.journal.isRequired)
        #expect(got.journal.dedupWindow == nil)
        #expect(got.lmtp.listen == [.unix(path: "/run/smsmda/lmtp.sock")])
        #expect(got.lmtp.socketMode == 0o660)
        #expect(got.lmtp.maxSessions == 512)
        #expect(got.lmtp.maxRecipients == 100)
        #expect(got.lmtp.maxMessageSize == 10_485_760)
        #expect(got.lmtp.idleTimeout == .seconds(300))
        #expect(!got.lmtp.allowRemote)
        #expect(got.message.autoReplies == .discardBounces)
        #expect(got.policy.refusedKinds == [.premium, .sharedCost])
        #expect(got.aliases.isEmpty && got.routes.isEmpty && got.policy.senders.isEmpty)
    }

    @Test("the example of the manual is taken whole")
    func whole() throws {
        let got = try Configuration(parsing: Self.example)
        #expect(got.defaultRegion == "SE")
        #expect(got.twilio.account.accountSID == "AC\(Self.sid)")
        #expect(got.twilio.account.authToken?.path == "/etc/smsmda/token")
        #expect(got.twilio.account.sender == PhoneNumber(e164: "+18085551234").map { .number($0) })
        #expect(got.choices.validityPeriod == .seconds(4 * 3600))
        #expect(got.lmtp.listen.map(\.description) == ["unix:/run/x.sock", "inet:[::1]:2424"])
        #expect(got.aliases["oncall"] == ["+14155551212", "+14155551213"])
        #expect(got.routes.map(\.name) == ["vip", "route-2"])
        #expect(got.routes[0].choices.template == "{subject}: {body}")
        #expect(got.policy.senders[0].budget.dailySegments == 500)
        #expect(got.policy.senders[0].budget.rate?.count == 10)
        #expect(got.accounts["sales"]?.authToken == got.twilio.account.authToken)
        #expect(got.accounts["sales"]?.sender == .service(sid: "MG\(Self.sid)"))
        #expect(got.options["urgent"]?.isUrgent == true)
        #expect(got.message.price?.total(segments: 4) == "0.0332 USD")
    }

    @Test("a secret is not in any description of what holds it")
    func secretHidden() throws {
        let token = "s3cret-token-value"
        let got = try Configuration(parsing: "[twilio]\nauth_token = '\(token)'\n")
        var dumped = ""
        dump(got, to: &dumped)
        #expect(!dumped.contains(token))
        #expect(!"\(got)".contains(token))
        #expect(try got.twilio.account.authToken?.reveal() == token)
    }

    @Test("the manual's list of keys has each key once")
    func keys() {
        let keys = Configuration.keys
        #expect(Set(keys).count == keys.count, "\(keys)")
        for key in ["default_region", "twilio.timeout", "route.domain", "sender.match"] {
            #expect(keys.contains(key))
        }
    }

    private static let example = """
        default_region = "SE"
        [twilio]
        account_sid = "AC\(sid)"
        auth_token_file = "/etc/smsmda/token"
        from = "+18085551234"
        validity_period = "4h"
        [account.sales]
        account_sid = "AC\(sid)"
        messaging_service_sid = "MG\(sid)"
        [message]
        template = "{body}"
        encoding = "smart"
        max_segments = 10
        overflow = "truncate"
        strip = ["signature"]
        price = "0.0083 USD"
        [journal]
        on_uncertain = "hold"
        [lmtp]
        listen = ["unix:/run/x.sock", "inet:[::1]:2424"]
        [aliases]
        OnCall = ["+14155551212", "+14155551213"]
        [[route]]
        name = "vip"
        domain = "vip.example"
        from = "+18085559999"
        template = "{subject}: {body}"
        [[route]]
        account = "sales"
        [option.urgent]
        urgent = true
        [[sender]]
        match = "*@monitoring.example"
        to = ["+1*", "oncall"]
        daily_segments = 500
        rate = "10/min"
        """

    @Test("groups of groups are no circle, however often a name is named")
    func nested() throws {
        // Each group names the one before twice: 2^200 ways through, each name walked once.
        let groups = (1...200).map { "g\($0) = ['g\($0 - 1)', 'g\($0 - 1)']" }
        let got = try Configuration(
            parsing: "[aliases]\ng0 = '+14155551212'\n" + groups.joined(separator: "\n"))
        #expect(got.aliases.count == 201)
    }
}
