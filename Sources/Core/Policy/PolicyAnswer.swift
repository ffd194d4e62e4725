/// An answer of the policy delegation protocol: `action=...`, as access(5) of Postfix has them.
package enum PolicyAnswer: Hashable, Sendable {
    /// No opinion: the next restriction decides.
    case dunno
    /// A reply with its enhanced status: `550`, `5.7.1 sender may not ...`.
    case reply(code: Int, text: String)

    /// The answer as a service writes it, with the empty line at its end.
    package var wireForm: [UInt8] {
        switch self {
        case .dunno: Array("action=DUNNO\n\n".utf8)
        case .reply(let code, let text):
            Array("action=\(code) \(Self.oneLine(text))\n\n".utf8)
        }
    }

    private static func oneLine(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 ? " " : $0 }))
    }
}

/// What an operator's own policy service says about a message.
package enum PolicyAdvice: Hashable, Sendable {
    case allow
    /// With the service's text, empty where it gives none.
    case reject(String)
    /// The mail waits.
    case wait(String)
    /// Taken, and dropped without a word to the sender.
    case discard(String)
    /// Nothing that is understood; the mail waits, or whatever `ask_failure` says.
    case unclear(String)

    /// Reads `action=...` with lines of other attributes around it; whatever is not known is unclear.
    package init(reading request: PolicyRequest) {
        guard let action = request["action"] else {
            self = .unclear("no action= in the answer")
            return
        }
        let words = action.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        let verb = words.first.map { $0.uppercased() } ?? ""
        let text = words.count > 1 ? String(words[1]) : ""
        switch verb {
        case "DUNNO", "OK", "PERMIT": self = .allow
        case "REJECT": self = .reject(text)
        case "DEFER", "DEFER_IF_PERMIT", "DEFER_IF_REJECT": self = .wait(text)
        case "DISCARD": self = .discard(text)
        default: self.init(code: verb, text: text, action: action)
        }
    }

    /// `550 5.7.1 text`, `451 text`.
    private init(code: String, text: String, action: String) {
        guard code.utf8.count == 3, let number = Int(code), (400...599).contains(number) else {
            self = .unclear("unknown action \(action.prefix(40))")
            return
        }
        self = number < 500 ? .wait(text) : .reject(text)
    }
}
