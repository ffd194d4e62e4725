internal import CorePolicy
package import CoreTwilio

/// A Twilio account as configured: `[twilio]`, or `[account.NAME]` for a department's own bill.
///
/// An `[account.NAME]` without credentials uses those of `[twilio]` (Twilio lets a main account act
/// for its subaccounts), and without a sender the sender of `[twilio]`.
package struct AccountSettings: Hashable, Sendable {
    /// How the operator calls it: `twilio`, or the NAME.
    package let name: String
    package var accountSID: String?
    package var authToken: Secret?
    package var apiKeySID: String?
    package var apiKeySecret: Secret?
    package var baseURL: String
    /// From `from` or `messaging_service_sid`. Nil: neither is given.
    package var sender: SenderIdentity?

    static let sidHint = "the account SID: AC and 32 hexadecimal digits"
    static let keyHint = "the SID of an API key: SK and 32 hexadecimal digits"
    static let serviceHint = "the SID of a Messaging Service: MG and 32 hexadecimal digits"
    static let fromHint =
        "a sender: a number like \"+18085551234\", a short code, or a name of at most"
        + " 11 letters, digits and blanks with a letter in it"

    init(name: String, readingFrom section: Section, inheriting parent: AccountSettings? = nil) {
        self.name = name
        accountSID = section.parsed("account_sid", Self.sidHint) { Self.sid($0, "AC") }
        authToken = section.secret("auth_token")
        apiKeySID = section.parsed("api_key_sid", Self.keyHint) { Self.sid($0, "SK") }
        apiKeySecret = section.secret("api_key_secret")
        baseURL =
            section.parsed("base_url", BaseURL.hint, BaseURL.parse)
            ?? parent?.baseURL ?? Account.standardBaseURL
        sender = Self.sender(readingFrom: section) ?? parent?.sender
        if apiKeySID != nil, apiKeySecret == nil {
            section.problem("api_key_sid", "needs api_key_secret or api_key_secret_file beside it")
        } else if apiKeySID == nil, apiKeySecret != nil {
            section.problem("api_key_secret", "needs api_key_sid beside it")
        }
        guard let parent else { return }
        if accountSID == nil {
            section.problem(
                "account_sid", "missing: \(section.title ?? "an account") needs its own")
        }
        if authToken == nil, apiKeySID == nil {
            (authToken, apiKeySID) = (parent.authToken, parent.apiKeySID)
            apiKeySecret = parent.apiKeySecret
        }
    }

    static func sid(_ text: String, _ prefix: String) -> String? {
        Account.isSID(text, prefix: prefix) ? text : nil
    }

    /// `from` or `messaging_service_sid`, of an account or of a route.
    static func sender(readingFrom section: Section) -> SenderIdentity? {
        let from = section.parsed("from", fromHint, SenderIdentity.init)
        let service = section.parsed("messaging_service_sid", serviceHint) { text in
            sid(text, "MG").map { SenderIdentity.service(sid: $0) }
        }
        if from != nil, service != nil {
            section.problem("from", "give either from or messaging_service_sid, not both")
        }
        return from ?? service
    }

    /// The account with its secret read. Throws what is missing by the name of its key.
    ///
    /// With an API key and the account's token both at hand the key logs in.
    package func account() throws(ConfigurationError) -> Account {
        let place = name == "twilio" ? "[twilio]" : "[account.\(name)]"
        guard let accountSID else {
            throw ConfigurationError(
                file: nil, text: "no account_sid in \(place) and no TWILIO_ACCOUNT_SID: set one")
        }
        let credentials: Account.Credentials
        if let apiKeySID, let apiKeySecret {
            credentials = .apiKey(sid: apiKeySID, secret: try apiKeySecret.reveal())
        } else if let authToken {
            credentials = .authToken(try authToken.reveal())
        } else {
            throw ConfigurationError(
                file: nil,
                text: "no auth_token_file or api_key_sid in \(place), and no TWILIO_AUTH_TOKEN or"
                    + " TWILIO_API_KEY: set one")
        }
        return Account(sid: accountSID, credentials: credentials, baseURL: baseURL)
    }
}
