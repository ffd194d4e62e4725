internal import CoreTwilio

extension Configuration {
    /// Lets the environment override the file; an empty variable counts as not set.
    ///
    /// The names are those of Twilio's own tools, so the `.env` file of another gateway works as
    /// it stands as systemd's EnvironmentFile.
    mutating func override(with environment: [String: String]) throws(ConfigurationError) {
        func variable(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        func read<Value>(
            _ name: String, _ hint: String, _ parse: (String) -> Value?
        ) throws(ConfigurationError) -> Value? {
            guard let text = variable(name) else { return nil }
            guard let value = parse(text) else {
                throw ConfigurationError(
                    file: nil,
                    text: "\(name) in the environment is not \(hint): correct or unset it")
            }
            return value
        }
        typealias Settings = AccountSettings
        if let sid = try read("TWILIO_ACCOUNT_SID", Settings.sidHint, { Settings.sid($0, "AC") }) {
            twilio.account.accountSID = sid
        }
        try overrideCredentials(
            token: variable("TWILIO_AUTH_TOKEN"),
            key: read("TWILIO_API_KEY", Settings.keyHint) { Settings.sid($0, "SK") },
            secret: variable("TWILIO_API_SECRET"))
        let from = try read("TWILIO_PHONE_NUMBER", Settings.fromHint, SenderIdentity.init)
        let service = try read("TWILIO_MESSAGING_SERVICE_SID", Settings.serviceHint) { text in
            Settings.sid(text, "MG").map { SenderIdentity.service(sid: $0) }
        }
        guard from == nil || service == nil else {
            throw ConfigurationError(
                file: nil,
                text: "TWILIO_PHONE_NUMBER and TWILIO_MESSAGING_SERVICE_SID are both in the"
                    + " environment: unset one")
        }
        if let sender = from ?? service {
            twilio.account.sender = sender
            choices.sender = sender
        }
        if let region = try read("DEFAULT_REGION", "a country's two letters", Self.region) {
            defaultRegion = region
        }
        if let url = try read("TWILIO_BASE_URL", BaseURL.hint, BaseURL.parse) {
            for name in Array(accounts.keys) where accounts[name]?.baseURL == twilio.account.baseURL
            {
                accounts[name]?.baseURL = url
            }
            twilio.account.baseURL = url
        }
    }

    /// Credentials are replaced whole: a token from the environment beats a key in the file.
    private mutating func overrideCredentials(
        token: String?, key: String?, secret: String?
    ) throws(ConfigurationError) {
        guard (key == nil) == (secret == nil) else {
            throw ConfigurationError(
                file: nil,
                text: "TWILIO_API_KEY and TWILIO_API_SECRET go together: set both or none")
        }
        guard token != nil || key != nil else { return }
        twilio.account.authToken = token.map { Secret(text: $0) } ?? twilio.account.authToken
        twilio.account.apiKeySID = key
        twilio.account.apiKeySecret = secret.map { Secret(text: $0) }
    }
}
