/// The few lines of an iCalendar object (RFC 5545) that a person would want: what, when, where.
///
/// Used only for a message that has no other text. Of the first event the summary, start and place are
/// taken, as they are written but for escapes; times stay in the zone that the sender gave.
enum Invitation {
    static func plain(from text: String) -> String {
        var summary: String?
        var start: String?
        var place: String?
        var isInEvent = false
        for line in unfolded(text) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let name = line[..<colon].prefix { $0 != ";" }.uppercased()
            let value = unescaped(line[line.index(after: colon)...])
            // A time zone and an alarm have a DTSTART and a SUMMARY too.
            if name == "BEGIN" { isInEvent = value == "VEVENT" }
            if name == "END" {
                if value == "VEVENT", summary != nil { break }
                isInEvent = false
            }
            guard isInEvent else { continue }
            switch name {
            case "SUMMARY" where summary == nil: summary = value
            case "DTSTART" where start == nil: start = readable(value)
            case "LOCATION" where place == nil: place = value
            default: continue
            }
        }
        return [summary, start, place].compactMap { $0 }.filter { !$0.isEmpty }
            .joined(separator: "\n")
    }

    /// RFC 5545 §3.1: a line that begins with a blank goes on the one before.
    private static func unfolded(_ text: String) -> [String] {
        var lines: [String] = []
        for line in text.split(separator: "\n") {
            if line.first == " " || line.first == "\t", !lines.isEmpty {
                lines[lines.count - 1] += line.dropFirst()
            } else {
                lines.append(String(line))
            }
        }
        return lines
    }

    /// RFC 5545 §3.3.11
    private static func unescaped(_ value: Substring) -> String {
        var output = ""
        var isEscape = false
        for character in value {
            if isEscape {
                output.append(character == "n" || character == "N" ? "\n" : character)
                isEscape = false
            } else if character == "\\" {
                isEscape = true
            } else {
                output.append(character)
            }
        }
        return output
    }

    /// `20260303T071500Z` as `2026-03-03 07:15 UTC` (RFC 5545 §3.3.5); anything else as it is.
    private static func readable(_ value: String) -> String {
        let digits = Array(value.utf8)
        guard digits.count >= 8, digits[..<8].allSatisfy(\.isASCIIDigit) else { return value }
        let text = { (range: Range<Int>) in String(decoding: digits[range], as: UTF8.self) }
        let date = "\(text(0..<4))-\(text(4..<6))-\(text(6..<8))"
        guard digits.count >= 13, digits[9..<13].allSatisfy(\.isASCIIDigit) else { return date }
        let zone = digits.last == UInt8(ascii: "Z") ? " UTC" : ""
        return "\(date) \(text(9..<11)):\(text(11..<13))\(zone)"
    }
}
