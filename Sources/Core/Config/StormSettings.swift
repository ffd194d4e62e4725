package import CorePolicy

/// `[storm]`: beyond so many alerts a recipient is only told how many more there were.
package struct StormSettings: Hashable, Sendable {
    /// Alerts for one number. Nil: none is folded.
    package let alerts: Rate?
    /// The last line of an SMS that tells of folded alerts, with `{count}` in it.
    package let summary: String

    /// What an operator has to write.
    private static let rateHint = "a number of alerts in a time, as in \"5/10min\" or \"20/h\""
    private static let summaryHint =
        "one line with {count} in it and of at most 60 characters, as in \"... and {count} more\""

    init(readingFrom section: Section) {
        alerts = section.parsed("alerts", Self.rateHint, Rate.init)
        summary =
            section.parsed("summary", Self.summaryHint) { text in
                Self.replacing(in: text, by: "") != text && text.count <= 60
                    && !text.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
                    ? text : nil
            } ?? "... and {count} more"
    }

    /// `... and 37 more`
    package func summary(of count: Int) -> String {
        Self.replacing(in: summary, by: "\(count)")
    }

    private static let field = "{count}"

    private static func replacing(in template: String, by value: String) -> String {
        var text = ""
        var rest = template[...]
        while let start = rest.firstIndex(of: "{") {
            text += rest[..<start]
            rest = rest[start...]
            if rest.hasPrefix(field) {
                text += value
                rest = rest.dropFirst(field.count)
            } else {
                text += "{"
                rest = rest.dropFirst()
            }
        }
        return text + rest
    }
}
