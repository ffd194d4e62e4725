extension WallTime {
    /// Reads `Fri, 24 May 2019 17:44:46 +0000`, the form of RFC 5322 §3.3 that HTTP APIs print.
    ///
    /// The day of the week may be missing; the zone is a number, `GMT`, `UTC` or `Z`. Nil for others.
    package init?(mailDate text: String) {
        var words = text.split(whereSeparator: { $0 == " " || $0 == "," })
        if words.count == 6 { words.removeFirst() }
        guard words.count == 5, let day = Int(words[0]), (1...31).contains(day),
            let month = Self.months.firstIndex(of: words[1].lowercased()),
            let year = Int(words[2]), (1970...9999).contains(year),
            let offset = Self.minutes(ofZone: words[4])
        else { return nil }
        let time = words[3].split(separator: ":").map { Int($0) ?? -1 }
        guard time.count == 3, (0...23).contains(time[0]), (0...59).contains(time[1]),
            (0...60).contains(time[2])
        else { return nil }
        let days = Self.days(year: year, month: month + 1, day: day)
        let seconds = ((days * 24 + time[0]) * 60 + time[1] - offset) * 60 + time[2]
        self.init(milliseconds: Int64(seconds) * 1000)
    }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    private static func minutes(ofZone zone: Substring) -> Int? {
        if ["GMT", "UTC", "Z", "UT"].contains(zone) { return 0 }
        let digits = zone.dropFirst()
        guard zone.utf8.count == 5, zone.first == "+" || zone.first == "-", let value = Int(digits),
            value >= 0
        else { return nil }
        return (value / 100 * 60 + value % 100) * (zone.first == "-" ? -1 : 1)
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
