internal import CoreLMTP
package import CoreSystem

/// The one line that says what became of a recipient, in the shape that Postfix's administrators read:
///
///     4XyZ: to=<+14155551212@sms.example>, session=k3f, relay=api.twilio.com, delay=0.31,
///     dsn=2.0.0, status=sent (SM0123..., 2 segments)
///
/// Never a body and never a secret; telephone numbers masked where the operator asks for it.
package struct DeliveryLog: Sendable {
    private let log: Log
    private let masksNumbers: Bool
    /// Host of the provider, as `relay=`.
    private let relay: String

    package init(_ log: Log, relay: String, masksNumbers: Bool) {
        self.log = log
        self.relay = relay
        self.masksNumbers = masksNumbers
    }

    package func write(_ outcome: Outcome, _ envelope: Envelope, delay: Duration) {
        var line = clean(envelope.queueID ?? envelope.sessionID)
        line += ": to=<"
        line += clean(mask(outcome.recipient))
        line += ">, session="
        line += envelope.sessionID
        line += ", relay="
        line += relay
        line += ", delay="
        line += Self.seconds(delay)
        line += ", dsn="
        line += outcome.status.enhanced.description
        line += ", status="
        line += Self.word(outcome)
        line += " ("
        line += clean(explanation(outcome))
        line += ")"
        log.write(level(outcome), line)
    }

    private func explanation(_ outcome: Outcome) -> String {
        switch outcome.result {
        case .sent(let sent):
            let again = sent.isRepeat ? ", sent before" : ""
            let unit = sent.segments == 1 ? "segment" : "segments"
            let told = sent.told > 0 ? ", tells of \(sent.told) folded" : ""
            return "\(sent.sids.joined(separator: " ")), \(sent.segments) \(unit)\(again)\(told)"
        case .folded, .discarded: return outcome.text
        case .failed:
            let detail = outcome.detail.map { ": \($0)" } ?? ""
            return mask(outcome.text + detail)
        }
    }

    private static func word(_ outcome: Outcome) -> String {
        switch outcome.result {
        case .sent: "sent"
        case .folded: "folded"
        case .discarded: "discarded"
        case .failed: outcome.status.statusClass == .permanent ? "bounced" : "deferred"
        }
    }

    private func level(_ outcome: Outcome) -> Log.Level {
        guard case .failed(let failure) = outcome.result else { return .info }
        switch failure {
        case .credentialsRefused, .accountNotActive, .configuration, .journal, .system:
            return .error
        default: return outcome.status.statusClass == .permanent ? .notice : .warning
        }
    }

    /// Hides the middle of every run of seven digits or more.
    private func mask(_ text: String) -> String { masksNumbers ? Self.masked(text) : text }

    package static func masked(_ text: String) -> String {
        var result = ""
        var run = ""
        func flush() {
            result += run.count >= 7 ? "\(run.prefix(3))…\(run.suffix(4))" : run
            run = ""
        }
        for character in text {
            if character.isASCII, character.isNumber {
                run.append(character)
            } else {
                flush()
                result.append(character)
            }
        }
        flush()
        return result
    }

    /// Without control characters, so that nobody writes lines of their own into the log.
    private func clean(_ text: String) -> String {
        if text.utf8.allSatisfy({ (32...126).contains($0) }) { return text }
        return String(
            text.unicodeScalars.map { scalar in
                scalar.value < 32 || (127...159).contains(scalar.value) ? " " : Character(scalar)
            })
    }

    private static func seconds(_ duration: Duration) -> String {
        let hundredths = max(0, duration.milliseconds / 10)
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}
