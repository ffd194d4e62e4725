package import CoreSMS
package import CoreTwilio

/// How a message is made and sent, as far as one table of the configuration says it.
///
/// `[message]` and `[twilio]` say it for all; a `[[route]]` or an `[option.NAME]` says some of it
/// anew. Nil: this table does not say.
package struct MessageChoices: Hashable, Sendable {
    package var sender: SenderIdentity?
    /// The NAME of `[account.NAME]`.
    package var account: String?
    package var template: String?
    package var encoding: Encoding?
    package var unicode: UnicodeUse?
    package var maxSegments: Int?
    package var overflow: Overflow?
    package var strip: Set<Strippable>?
    /// How long the provider may try before it gives up.
    package var validityPeriod: Duration?
    /// A URL that the provider calls with what became of the message.
    package var statusCallback: String?

    package typealias Encoding = CompositionOptions.Encoding
    package typealias UnicodeUse = CompositionOptions.UnicodePolicy
    package typealias Overflow = CompositionOptions.Overflow
    /// What `strip` may leave out.
    package enum Strippable: String, CaseIterable, Sendable { case signature, quotes, footer }

    package init() {}

    /// What a text is made like where nobody says otherwise.
    static let standard: MessageChoices = {
        let defaults = CompositionOptions()
        var choices = MessageChoices()
        choices.template = "{body}"
        choices.encoding = defaults.encoding
        choices.unicode = defaults.unicode
        choices.maxSegments = defaults.maxSegments
        choices.overflow = defaults.overflow
        choices.strip = [.signature]
        return choices
    }()

    /// Takes from `other` what this one leaves open.
    package func filled(from other: Self) -> Self {
        var all = self
        // A sender belongs to an account: a table that names another account has its own sender.
        if account == nil { all.sender = sender ?? other.sender }
        all.account = account ?? other.account
        all.template = template ?? other.template
        all.encoding = encoding ?? other.encoding
        all.unicode = unicode ?? other.unicode
        all.maxSegments = maxSegments ?? other.maxSegments
        all.overflow = overflow ?? other.overflow
        all.strip = strip ?? other.strip
        all.validityPeriod = validityPeriod ?? other.validityPeriod
        all.statusCallback = statusCallback ?? other.statusCallback
        return all
    }

    /// The keys that `[message]`, `[[route]]` and `[option.NAME]` have in common.
    mutating func readComposition(from section: Section) {
        template = section.string("template")
        if let template {
            do throws(TemplateError) {
                _ = try Template(parsing: template)
            } catch {
                section.problem("template", "character \(error.column): \(error.reason)")
            }
        }
        encoding = section.choice("encoding")
        unicode = section.choice("unicode")
        maxSegments = section.integer("max_segments", in: 1...24)
        overflow = section.choice("overflow")
        strip = section.choices("strip").map(Set.init)
    }

    /// The keys that `[twilio]`, `[[route]]` and `[option.NAME]` have in common.
    mutating func readSending(from section: Section) {
        // Twilio takes 1 to 36000 s. twilio.com/docs/messaging/api/message-resource
        validityPeriod = section.duration(
            "validity_period", in: .seconds(1)...(.seconds(36_000)))
        statusCallback = section.parsed("status_callback", "an http:// or https:// URL") { text in
            let isURL = ["https://", "http://"].contains { text.hasPrefix($0) }
            return isURL && text.utf8.allSatisfy { (33...126).contains($0) } ? text : nil
        }
    }
}
