/// Whom a rule or a route is about: one line of `match`.
///
/// Conditions separated by blanks, all of which must hold:
///
///     *@monitoring.example                  a glob on the reverse-path; <> is the null one
///     sasl:ups-*                            a glob on the name the client logged in with
///     ip:10.0.0.0/8                         the network of the client
///     *@monitoring.example ip:10.0.0.0/8    both
///
/// A condition on what is not known (no login, no client address) does not hold.
package struct SenderPattern: Hashable, Sendable {
    /// As the operator wrote it.
    package let text: String
    private let conditions: [Condition]

    private enum Condition: Hashable, Sendable {
        case reversePath(Glob)
        case saslUser(Glob)
        case client(Network)
    }

    /// What an operator has to write, for messages about what was written instead.
    package static let hint = "an envelope sender (globs), sasl:USER or ip:NETWORK/BITS"

    package init?(_ text: String) {
        self.text = text
        var conditions: [Condition] = []
        for word in text.split(separator: " ") {
            if word.hasPrefix("sasl:") {
                conditions.append(.saslUser(Glob(String(word.dropFirst(5)))))
            } else if word.hasPrefix("ip:") {
                guard let network = Network(String(word.dropFirst(3))) else { return nil }
                conditions.append(.client(network))
            } else if word == "<>" {
                conditions.append(.reversePath(Glob("")))
            } else {
                guard word.contains("@") || word.contains("*") else { return nil }
                conditions.append(.reversePath(Glob(String(word))))
            }
        }
        guard !conditions.isEmpty else { return nil }
        self.conditions = conditions
    }

    package func matches(_ sender: Sender) -> Bool {
        conditions.allSatisfy { condition in
            switch condition {
            case .reversePath(let glob): glob.matches(sender.reversePath)
            case .saslUser(let glob): sender.saslUser.map(glob.matches) ?? false
            case .client(let network): sender.clientAddress.map(network.contains) ?? false
            }
        }
    }

    /// Whether it takes a login to match.
    var dependsOnLogin: Bool {
        conditions.contains { if case .saslUser = $0 { true } else { false } }
    }

    /// Whether a forged envelope sender is enough to match.
    package var trustsReversePathAlone: Bool {
        conditions.allSatisfy { if case .reversePath = $0 { true } else { false } }
    }
}

/// What is known of the party that hands a message in.
package struct Sender: Hashable, Sendable {
    /// Without angle brackets; empty for the null reverse-path.
    package var reversePath: String
    /// The name it logged in with at the MTA. Nil: it did not, or the MTA did not say.
    package var saslUser: String?
    /// The SMTP client's address, numeric. Nil: local, or the MTA did not say.
    package var clientAddress: String?

    package init(reversePath: String, saslUser: String? = nil, clientAddress: String? = nil) {
        self.reversePath = reversePath
        self.saslUser = saslUser
        self.clientAddress = clientAddress
    }
}
