package import CoreText

/// `[message]`: how text is made of a message, where no route says otherwise.
package struct MessageSettings: Hashable, Sendable {
    /// Complete but for the sender and what belongs to sending.
    package let choices: MessageChoices
    /// What becomes of mail that a machine wrote in answer to other mail.
    package let autoReplies: AutoReplies
    /// The charset of 8-bit text that names none and is not UTF-8. Nil: windows-1252.
    package let defaultCharset: String?
    /// When the address of a link in HTML becomes part of the text.
    package let links: HTMLText.Links
    /// Regular expressions of disclaimers to leave out, as the operator wrote them.
    package let disclaimers: [String]
    /// Regular expressions of what is taken off the front of subjects, as the operator wrote them.
    package let stripSubject: [String]
    /// What one segment costs, for `smsmda explain`. Nil: unknown.
    package let price: Price?

    /// Bounces, out-of-office replies and the like (RFC 3834).
    package enum AutoReplies: String, CaseIterable, Sendable {
        /// Delivery reports with the null reverse-path are dropped, the rest is sent.
        case discardBounces = "discard-bounces"
        case send, discard, reject
    }

    init(readingFrom section: Section) {
        var choices = MessageChoices()
        choices.readComposition(from: section)
        self.choices = choices.filled(from: .standard)
        autoReplies = section.choice("auto_replies") ?? .discardBounces
        defaultCharset = section.string("default_charset").flatMap { $0.isEmpty ? nil : $0 }
        links = section.choice("links") ?? .text
        disclaimers = Self.expressions("disclaimers", of: section)
        stripSubject = Self.expressions("strip_subject", of: section)
        price = section.parsed(
            "price", "an amount and a currency, as in \"0.0083 USD\"", Price.init)
    }

    /// Those that can be used; of the others it says why not.
    private static func expressions(_ key: String, of section: Section) -> [String] {
        (section.strings(key) ?? []).filter { expression in
            do throws(OperatorPatternError) {
                _ = try OperatorPattern(expression)
                return true
            } catch {
                section.problem(key, "\"\(expression)\": \(error)")
                return false
            }
        }
    }
}

/// An amount of money per segment.
package struct Price: Hashable, Sendable {
    /// Millionths of the currency's unit.
    package let micros: Int64
    /// As the operator wrote it: `USD`.
    package let currency: String

    /// Reads `0.0083 USD`: at most six places behind the point.
    package init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count == 2 else { return nil }
        let parts = words[0].split(separator: ".", omittingEmptySubsequences: false)
        let places = parts.count == 2 ? parts[1] : ""
        guard (1...2).contains(parts.count), (1...6).contains(parts[0].utf8.count),
            places.utf8.count <= 6, (parts[0] + places).utf8.allSatisfy({ (48...57).contains($0) }),
            let micros = Int64(
                parts[0] + places + String(repeating: "0", count: 6 - places.utf8.count)),
            words[1].utf8.allSatisfy({ (65...90).contains($0) }), words[1].utf8.count == 3
        else { return nil }
        self.micros = micros
        currency = String(words[1])
    }

    /// `0.0332 USD` for that many segments.
    package func total(segments: Int) -> String {
        let sum = micros * Int64(segments)
        var places = String(sum % 1_000_000 + 1_000_000).dropFirst()
        while places.count > 2, places.last == "0" { places.removeLast() }
        return "\(sum / 1_000_000).\(places) \(currency)"
    }
}
