/// The date and time that a header field says, with the zone in which its writer read the clock.
///
/// In: a date-time of RFC 5322 §3.3 with what §4.3 adds for old mail: two-digit years, zones in letters,
/// comments and blanks anywhere. A missing zone is lived with. Out: nil for anything else.
///
/// It reads the first 200 bytes at most, and it does not check the day of the week against the date.
package struct MailDate: Hashable, Sendable {
    package let day: Int
    /// 1 is January.
    package let month: Int
    package let year: Int
    package let hour: Int
    package let minute: Int
    /// 60 in a leap second.
    package let second: Int
    package let zone: Zone

    package enum Zone: Hashable, Sendable {
        /// Minutes east of Greenwich. `-0000`, no zone in particular, is 0 as well.
        case offset(Int)
        /// A name that says no offset to everybody: `CET`, `IST`, a letter of the military.
        case name(String)
        case missing
    }

    package init?(_ text: String) {
        var words = Self.words(of: text.utf8.prefix(Self.longest))[...]
        if words.first.map({ Int($0) == nil }) == true { words.removeFirst() }
        guard words.count == 4 || words.count == 5 else { return nil }
        let parts = Array(words)
        guard let day = Self.number(parts[0], 1...31, digits: 1...2),
            let month = Self.months.firstIndex(of: parts[1].lowercased()),
            let year = Self.year(parts[2]), day <= Self.dayCount(year: year, month: month + 1),
            case let time = parts[3].split(separator: ":", omittingEmptySubsequences: false),
            time.count == 2 || time.count == 3,
            let hour = Self.number(String(time[0]), 0...23, digits: 1...2),
            let minute = Self.number(String(time[1]), 0...59, digits: 2...2),
            let second = time.count == 2 ? 0 : Self.number(String(time[2]), 0...60, digits: 2...2),
            let zone = parts.count == 5 ? Self.zone(parts[4]) : .missing
        else { return nil }
        (self.day, self.month, self.year) = (day, month + 1, year)
        (self.hour, self.minute, self.second, self.zone) = (hour, minute, second, zone)
    }

    /// The moment, if the zone says which it is.
    package var time: WallTime? {
        guard case .offset(let offset) = zone else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        let seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + second
        return WallTime(milliseconds: Int64(seconds) * 1000)
    }

    package static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    // MARK: - Reading

    private static let longest = 200
    private static let months = monthNames.map { $0.lowercased() }

    /// What stands between blanks and commas, outside of comments; a colon binds its neighbours.
    private static func words(of bytes: Substring.UTF8View) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        var depth = 0
        func end() {
            if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
            word = []
        }
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "("):
                if word.last != UInt8(ascii: ":") { end() }
                depth += 1
            case UInt8(ascii: ")"): depth = max(0, depth - 1)
            case _ where depth > 0: continue
            case 9, 10, 13, UInt8(ascii: " "), UInt8(ascii: ","):
                if word.last != UInt8(ascii: ":") { end() }
            case UInt8(ascii: ":"):
                if word.isEmpty, let last = words.popLast() { word = Array(last.utf8) }
                word.append(byte)
            default: word.append(byte)
            }
        }
        end()
        return words
    }

    /// Digits alone, no sign.
    private static func number(
        _ text: String, _ range: ClosedRange<Int>, digits: ClosedRange<Int>
    ) -> Int? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }),
            let value = Int(text), range.contains(value)
        else { return nil }
        return value
    }

    private static func year(_ text: String) -> Int? {
        guard let value = number(text, 0...9999, digits: 2...4) else { return nil }
        // RFC 5322 §4.3: two digits from 50 on and three digits count from 1900, the others from 2000.
        let year =
            switch text.utf8.count {
            case 2 where value < 50: value + 2000
            case 2, 3: value + 1900
            default: value
            }
        return year >= 1900 ? year : nil
    }

    private static func zone(_ text: String) -> Zone? {
        if let sign = text.utf8.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            let digits = text.dropFirst().filter { $0 != ":" }  // QUIRK: `+01:00`, of JavaScript
            guard let value = number(digits, 0...9959, digits: 4...4), value % 100 < 60 else {
                return nil
            }
            let minutes = value / 100 * 60 + value % 100
            return .offset(sign == UInt8(ascii: "-") ? -minutes : minutes)
        }
        guard text.utf8.count <= 5, text.utf8.allSatisfy({ (65...90).contains($0 & 0xDF) }) else {
            return nil
        }
        // RFC 5322 §4.3
        return switch text.uppercased() {
        case "UT", "GMT", "UTC", "Z": .offset(0)
        case "EDT": .offset(-4 * 60)
        case "EST", "CDT": .offset(-5 * 60)
        case "CST", "MDT": .offset(-6 * 60)
        case "MST", "PDT": .offset(-7 * 60)
        case "PST": .offset(-8 * 60)
        default: .name(text)
        }
    }

    private static func dayCount(year: Int, month: Int) -> Int {
        let next = month == 12 ? (year + 1, 1) : (year, month + 1)
        return days(year: next.0, month: next.1, day: 1) - days(year: year, month: month, day: 1)
    }

    /// Days from 1970-01-01 to a day of the Gregorian calendar.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let century = shifted / 400
        let yearOfEra = shifted - century * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return century * 146_097 + dayOfEra - 719_468
    }
}
