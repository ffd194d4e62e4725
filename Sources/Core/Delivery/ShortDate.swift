internal import CoreSystem

/// `{date}` of a template: when a mail was written, in the few characters that a phone has room for.
///
/// `21 Nov 16:23` by this host's clock, so that alerts from everywhere can be compared with each other and
/// with the logs here; with the zone behind it, `21 Nov 16:23 CET`, if the sender's clock shows another time,
/// as the sender's text then does. A zone that says no offset (`IST`) stays with the sender's time. A date
/// that cannot be read stays as it stands.
///
/// No year: a mail is minutes old, and the text of a retry must not depend on when that is.
enum ShortDate {
    /// - Parameter clock: what this host's clock showed at a moment.
    static func text(_ field: String, clock: (WallTime) -> LocalClock = LocalClock.init) -> String {
        guard let date = MailDate(field) else { return field }
        let written = text(date.day, date.month, date.hour, date.minute)
        switch date.zone {
        case .missing: return written
        case .name(let zone): return "\(written) \(zone)"
        case .offset(let offset):
            guard let time = date.time else { return written }
            let local = clock(time)
            if local.offset == offset { return written }
            let here = text(local.day, local.month, local.hour, local.minute)
            return local.zone.isEmpty ? here : "\(here) \(local.zone)"
        }
    }

    private static func text(_ day: Int, _ month: Int, _ hour: Int, _ minute: Int) -> String {
        "\(day) \(MailDate.monthNames[month - 1]) \(padded(hour)):\(padded(minute))"
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
