/// The Twilio account that a message is sent and billed through.
///
/// The account SID stands in the URL even where an API key logs in
/// (twilio.com/docs/iam/api-keys).
package struct Account: Hashable, Sendable {
    /// `AC` and 32 hexadecimal digits.
    package let sid: String
    package let credentials: Credentials
    /// Scheme and authority, without a slash at the end: `https://api.twilio.com`.
    package let baseURL: String

    package init(sid: String, credentials: Credentials, baseURL: String = Self.standardBaseURL) {
        self.sid = sid
        self.credentials = credentials
        self.baseURL = baseURL
    }

    package static let standardBaseURL = "https://api.twilio.com"

    /// What logs in. Never printed: the descriptions leave the secrets out.
    package enum Credentials: Hashable, Sendable {
        /// The account's own token; it can do everything, so a key is the better choice.
        case authToken(String)
        /// An API key, `SK` and 32 hexadecimal digits, with its secret.
        case apiKey(sid: String, secret: String)
    }

    /// The user name of HTTP Basic authentication (RFC 7617 §2).
    package var user: String {
        switch credentials {
        case .authToken: sid
        case .apiKey(let key, _): key
        }
    }

    /// The password that goes with `user`.
    package var password: String {
        switch credentials {
        case .authToken(let token): token
        case .apiKey(_, let secret): secret
        }
    }

    /// Whether a text is `prefix` and 32 hexadecimal digits, as all of Twilio's SIDs are.
    package static func isSID(_ text: String, prefix: String) -> Bool {
        text.utf8.count == 34 && text.hasPrefix(prefix)
            && text.utf8.dropFirst(2).allSatisfy { byte in
                (48...57).contains(byte) || (97...102).contains(byte) || (65...70).contains(byte)
            }
    }
}

extension Account: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { sid }
    package var debugDescription: String { sid }
}

extension Account.Credentials: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "(secret)" }
    package var debugDescription: String { description }
}
