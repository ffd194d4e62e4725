/// A date and a time of day in UTC, between years 1 and 9999.
struct CivilTime {
    let year: Int
    /// 1 to 12.
    let month: Int
    let day: Int
    let secondOfDay: Int

    static let secondsPerDay = 86_400

    /// - Parameter seconds: since 1970-01-01 00:00 UTC.
    init(seconds: Int) {
        let day = (Double(seconds) / Double(Self.secondsPerDay)).rounded(.down)
        secondOfDay = seconds - Int(day) * Self.secondsPerDay
        // Years are counted from March, so that a leap day is the last day of one.
        let sinceEpoch = Int(day) + 719_468
        let era = sinceEpoch / 146_097
        let dayOfEra = sinceEpoch % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        self.day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// nil for a day that no calendar has.
    init?(year: Int, month: Int, day: Int, secondOfDay: Int = 0) {
        guard (1...9999).contains(year), (1...12).contains(month),
            (0..<Self.secondsPerDay).contains(secondOfDay)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
        self.secondOfDay = secondOfDay
        let same = Self(seconds: seconds)
        guard same.month == month, same.day == day else { return nil }
    }

    var seconds: Int {
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = shifted % 400 * 365 + shifted % 400 / 4 - shifted % 400 / 100 + dayOfYear
        return (shifted / 400 * 146_097 + dayOfEra - 719_468) * Self.secondsPerDay + secondOfDay
    }

    static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    /// From the day of the epoch on.
    static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

    static func twoDigits(_ value: Int) -> String { (value < 10 ? "0" : "") + String(value) }

    var weekday: String { Self.days[(seconds / Self.secondsPerDay % 7 + 7) % 7] }
}

extension Timestamp {
    /// As in a carrier's receipt, in UTC: `3001020304`.
    var receiptForm: String {
        let civil = CivilTime(seconds: Int(milliseconds / 1000))
        return [
            civil.year % 100, civil.month, civil.day, civil.secondOfDay / 3600,
            civil.secondOfDay / 60 % 60,
        ].map(CivilTime.twoDigits).joined()
    }

    /// As in a mail header, in UTC: `Wed, 02 Jan 2030 03:04:05 +0000`.
    var mailForm: String {  // RFC 5322 §3.3
        let two = CivilTime.twoDigits
        let civil = CivilTime(seconds: Int(milliseconds / 1000))
        let (hour, minute) = (civil.secondOfDay / 3600, civil.secondOfDay / 60 % 60)
        return "\(civil.weekday), \(two(civil.day)) \(CivilTime.months[civil.month - 1])"
            + " \(civil.year) \(two(hour)):\(two(minute)):\(two(civil.secondOfDay % 60)) +0000"
    }
}

/// The span of time that a date in a request means: a day when it names no time of day.
///
/// Takes the forms that clients are known to send: `2030-01-02`, `2030-01-02T03:04:05Z`, with a
/// blank for the T, with a fraction, `Wed, 02 Jan 2030 03:04:05 +0000`, `01/02/2030 03:04:05 GMT`.
/// All are taken as UTC; of zones only an offset in digits is heeded.
struct DateSpan: Sendable {
    let start: Timestamp
    /// The first moment after it.
    let end: Timestamp

    init?(parsing text: String) {
        let fields = Self.withBlankForT(text).split { " ,".contains($0) }.map(String.init)
        let named = fields.count >= 4 && CivilTime.months.contains(fields[2])
        let dateCount = named ? 4 : 1
        guard fields.count >= dateCount, fields.count <= dateCount + 2,
            let date = named ? Self.named(fields[1...3]) : fields.first.flatMap(Self.numbered)
        else { return nil }
        let midnight = Timestamp(milliseconds: Int64(date.seconds) * 1000)
        guard fields.count > dateCount else {
            start = midnight
            end = midnight + .seconds(CivilTime.secondsPerDay)
            return
        }
        let zone = fields.count > dateCount + 1 ? fields[dateCount + 1] : ""
        guard let second = Self.second(in: fields[dateCount], zone: zone) else { return nil }
        start = midnight + .seconds(second)
        end = start + .seconds(1)
    }

    /// The T of ISO 8601 stands after ten characters; a month or a zone may have one elsewhere.
    private static func withBlankForT(_ text: String) -> String {
        let date = text.prefix(10)
        let rest = text.dropFirst(10)
        return rest.first == "T" ? date + " " + rest.dropFirst() : text
    }

    /// `02 Jan 2030`
    private static func named(_ fields: ArraySlice<String>) -> CivilTime? {
        let fields = Array(fields)
        guard let day = Int(fields[0]), let year = Int(fields[2]),
            let month = CivilTime.months.firstIndex(of: fields[1])
        else { return nil }
        return CivilTime(year: year, month: month + 1, day: day)
    }

    /// `2030-01-02` or `01/02/2030`
    private static func numbered(_ field: String) -> CivilTime? {
        let dashed = field.split(separator: "-").compactMap { Int($0) }
        if dashed.count == 3 {
            return CivilTime(year: dashed[0], month: dashed[1], day: dashed[2])
        }
        let slashed = field.split(separator: "/").compactMap { Int($0) }
        guard slashed.count == 3 else { return nil }
        return CivilTime(year: slashed[2], month: slashed[0], day: slashed[1])
    }

    /// Seconds since midnight UTC in `03:04:05.123` and a zone, behind it or apart.
    private static func second(in field: String, zone: String) -> Int? {
        let time = field.prefix { $0.isNumber || $0 == ":" }
        let numbers = time.split(separator: ":").compactMap { Int($0) }
        guard numbers.count == 3, numbers[0] < 24, numbers[1] < 60, numbers[2] < 61 else {
            return nil
        }
        var rest = field.dropFirst(time.count)
        if rest.first == "." { rest = rest.dropFirst().drop(while: \.isNumber) }
        let zone = rest + zone
        var offset = 0
        if let sign = zone.first, sign == "+" || sign == "-" {
            let digits = zone.dropFirst().filter(\.isNumber)
            guard digits.count == 4, let value = Int(digits) else { return nil }
            offset = (value / 100 * 60 + value % 100) * (sign == "-" ? -60 : 60)
        } else if !zone.allSatisfy(\.isLetter) {
            return nil
        }
        return numbers[0] * 3600 + numbers[1] * 60 + numbers[2] - offset
    }
}
