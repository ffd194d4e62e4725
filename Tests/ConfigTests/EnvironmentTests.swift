import CoreAddress
import CoreConfig
import CoreTwilio
import Testing

/// The environment alone is enough, and beats the file.
@Suite struct EnvironmentTests {
    private static let sid = "0123456789abcdef0123456789abcdef"
    private static let gateway = [
        "TWILIO_ACCOUNT_SID": "AC\(sid)", "TWILIO_AUTH_TOKEN": "token",
        "TWILIO_PHONE_NUMBER": "+18085551234", "DEFAULT_REGION": "SE",
    ]

    @Test("the four variables of another gateway's .env make a working configuration")
    func gateway() throws {
        let got = try Configuration(parsing: "", environment: Self.gateway)
        let account = try got.twilio.account.account()
        #expect(account.sid == "AC\(Self.sid)")
        #expect(account.credentials == .authToken("token"))
        #expect(got.choices.sender == PhoneNumber(e164: "+18085551234").map { .number($0) })
        #expect(got.defaultRegion == "SE")
    }

    @Test("the environment overrides the file, credentials as a whole")
    func overrides() throws {
        let file = """
            default_region = "DE"
            [twilio]
            account_sid = "AC\(String(Self.sid.reversed()))"
            api_key_sid = "SK\(Self.sid)"
            api_key_secret = "from-file"
            messaging_service_sid = "MG\(Self.sid)"
            """
        let got = try Configuration(parsing: file, environment: Self.gateway)
        #expect(try got.twilio.account.account().credentials == .authToken("token"))
        #expect(got.twilio.account.sender?.wireForm == "+18085551234")
        #expect(got.defaultRegion == "SE")
    }

    @Test("an empty variable counts as not set")
    func empty() throws {
        let got = try Configuration(
            parsing: "default_region = \"DE\"",
            environment: ["DEFAULT_REGION": "", "TWILIO_API_KEY": "", "SMSMDA_CONFIG": ""])
        #expect(got.defaultRegion == "DE")
    }

    @Test("an API key is preferred to the token beside it")
    func key() throws {
        var environment = Self.gateway
        environment["TWILIO_API_KEY"] = "SK\(Self.sid)"
        environment["TWILIO_API_SECRET"] = "secret"
        let got = try Configuration(parsing: "", environment: environment)
        let want = Account.Credentials.apiKey(sid: "SK\(Self.sid)", secret: "secret")
        #expect(try got.twilio.account.account().credentials == want)
    }

    @Test(
        "a wrong variable is refused by name, without its value",
        arguments: [
            ("TWILIO_ACCOUNT_SID", "x9y8"), ("TWILIO_API_KEY", "x9y8"),
            ("TWILIO_PHONE_NUMBER", "+x9y8 or so it is"), ("DEFAULT_REGION", "x9y8"),
            ("TWILIO_BASE_URL", "http://x9y8.example"), ("TWILIO_MESSAGING_SERVICE_SID", "x9y8"),
            ("TWILIO_API_SECRET", "x9y8"),
        ])
    func wrong(_ name: String, _ value: String) throws {
        let error = try #require(throws: ConfigurationError.self) {
            try Configuration(parsing: "", environment: [name: value])
        }
        #expect(error.text.contains(name))
        #expect(!error.description.contains("x9y8"))
    }

    @Test(
        "what is missing for sending is named by its key",
        arguments: [
            (["DEFAULT_REGION": "US"], "TWILIO_ACCOUNT_SID"),
            (["TWILIO_ACCOUNT_SID": "AC\(sid)"], "TWILIO_AUTH_TOKEN"),
        ])
    func missing(_ environment: [String: String], _ want: String) throws {
        let got = try Configuration(parsing: "", environment: environment)
        let error = try #require(throws: ConfigurationError.self) {
            try got.twilio.account.account()
        }
        #expect(error.text.contains(want))
    }
}
