internal import Glibc

/// Hours of the week: `Mon-Fri 08:00-18:00`, `Sat,Sun`, `22:00-07:00`.
///
/// Days alone are whole days, hours alone are those of every day. A window that ends at or before
/// its beginning runs into the next day and belongs to the day on which it begins.
package struct TimeWindow: Hashable, Sendable {
    /// 0 is Sunday, as in `struct tm`.
    private let days: Set<Int>
    /// Minutes of the day at which it begins, and how many it lasts (at most a day).
    private let start: Int
    private let length: Int

    package static let hint =
        "a window, as in \"Mon-Fri 08:00-18:00\", \"Sat,Sun\" or \"22:00-07:00\""

    package init?(_ text: String) {
        var words = text.split(separator: " ")[...]
        var days = Set(0...6)
        if let first = words.first, !first.contains(":") {
            guard let named = Self.days(first) else { return nil }
            days = named
            words.removeFirst()
        }
        self.days = days
        guard let hours = words.popFirst() else {
            guard days.count < 7 || text.contains("-") else { return nil }
            (start, length) = (0, Self.dayLength)
            return
        }
        let ends = hours.split(separator: "-", omittingEmptySubsequences: false)
        guard words.isEmpty, ends.count == 2, let start = Self.minute(ends[0]),
            start < Self.dayLength, let end = Self.minute(ends[1])
        else { return nil }
        self.start = start
        length = end > start ? end - start : end + Self.dayLength - start
    }

    /// - Parameters:
    ///   - weekday: 0 is Sunday.
    ///   - minute: of the day, 0 to 1439.
    package func contains(weekday: Int, minute: Int) -> Bool {
        if days.contains(weekday), minute >= start, minute < start + length { return true }
        let yesterday = (weekday + 6) % 7
        return days.contains(yesterday) && minute + Self.dayLength < start + length
    }

    private static let dayLength = 24 * 60
    private static let dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    /// `Mon-Fri,Sun`; a range may run over the week's end.
    private static func days(_ text: Substring) -> Set<Int>? {
        var days: Set<Int> = []
        for item in text.lowercased().split(separator: ",", omittingEmptySubsequences: false) {
            let ends = item.split(separator: "-", omittingEmptySubsequences: false)
            let numbers = ends.compactMap { dayNames.firstIndex(of: String($0)) }
            guard (1...2).contains(ends.count), numbers.count == ends.count else { return nil }
            let (first, last) = (numbers[0], numbers[numbers.count - 1])
            for step in 0...(last - first + 7) % 7 { days.insert((first + step) % 7) }
        }
        return days
    }

    /// `08:00`; `24:00` is the end of the day.
    private static func minute(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.utf8.count) }),
            text.utf8.allSatisfy({ (48...58).contains($0) }), let hour = Int(parts[0]),
            let minute = Int(parts[1]), minute < 60, hour * 60 + minute <= dayLength
        else { return nil }
        return hour * 60 + minute
    }
}
