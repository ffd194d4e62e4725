import CoreSystem
import FoundationEssentials

/// Who may use the simulated API: Basic authentication as the provider does it.
///
/// The user is an account SID with its auth token, or the SID of an API key with its secret; the
/// account SID is in the path in both cases. With nothing configured every well-formed pair
/// passes. With anything configured only what is configured passes.
final class Credentials: Sendable {
    struct Pair: Hashable, Sendable {
        let sid: String
        let secret: String
    }

    struct Settings: Sendable {
        var accounts: [Pair] = []
        var keys: [Pair] = []
        /// Keys that may create messages and nothing else.
        var sendOnlyKeys: [Pair] = []
        /// The provider's test credentials: magic senders only, nothing but creation.
        var testAccounts: [Pair] = []

        var isEmpty: Bool {
            accounts.isEmpty && keys.isEmpty && sendOnlyKeys.isEmpty && testAccounts.isEmpty
        }
    }

    /// What the caller may do.
    enum Grant: Sendable {
        case everything
        case sendOnly
        case test
    }

    private let settings: Settings
    /// Auth tokens by account SID: those configured, and those that clients came with.
    private let tokens: Locked<[String: String]>

    init(_ settings: Settings) {
        self.settings = settings
        let known = (settings.accounts + settings.testAccounts).map { ($0.sid, $0.secret) }
        tokens = Locked(Dictionary(known, uniquingKeysWith: { first, _ in first }))
    }

    func grant(_ authorization: String?, account: String) throws(ProviderError) -> Grant {
        guard let authorization else { throw .noCredentials }
        guard let pair = Self.pair(in: authorization) else { throw .wrongCredentials }
        if settings.isEmpty { return try grantToAnyone(pair, account: account) }
        if settings.accounts.contains(pair), pair.sid == account { return .everything }
        if settings.keys.contains(pair) { return .everything }
        if settings.sendOnlyKeys.contains(pair) { return .sendOnly }
        if settings.testAccounts.contains(pair), pair.sid == account { return .test }
        throw .wrongCredentials
    }

    /// The token that signs callbacks; nil when only API keys were ever seen.
    func token(of account: String) -> String? { tokens.withLock { $0[account] } }

    private func grantToAnyone(
        _ pair: Pair, account: String
    ) throws(ProviderError) -> Grant {
        guard !pair.secret.isEmpty else { throw .wrongCredentials }
        if SID.isWellFormed(pair.sid, "SK") { return .everything }
        guard SID.isWellFormed(pair.sid, "AC"), pair.sid == account else {
            throw .wrongCredentials
        }
        tokens.withLock { $0[account] = pair.secret }
        return .everything
    }

    private static func pair(in authorization: String) -> Pair? {  // RFC 7617 §2
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "basic",
            let data = Data(base64Encoded: String(parts[1]))
        else { return nil }
        let text = String(decoding: data, as: UTF8.self)
        guard let colon = text.firstIndex(of: ":") else { return nil }
        return Pair(
            sid: String(text[..<colon]), secret: String(text[text.index(after: colon)...]))
    }
}

/// The provider's identifiers: two letters and 32 hexadecimal digits.
enum SID {
    static func isWellFormed(_ text: String, _ prefixes: String...) -> Bool {
        guard text.utf8.count == 34, prefixes.contains(where: text.hasPrefix) else { return false }
        return text.utf8.dropFirst(2).allSatisfy { byte in
            Character(Unicode.Scalar(byte)).isHexDigit
        }
    }

    static func make(_ prefix: String) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let random = (0..<32).map { _ in digits[Int.random(in: 0..<16)] }
        return prefix + String(decoding: random, as: UTF8.self)
    }
}
