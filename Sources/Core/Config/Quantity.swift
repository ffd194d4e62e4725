/// Reads durations and sizes as an operator writes them: `30s`, `4h`, `14d`, `10M`.
///
/// One number and one unit, nothing else: `1h30m` is written `90m`. A bare number has no meaning
/// that two people would agree on, so it is refused.
package enum Quantity {
    static let durationHint = "a number and a unit: ms, s, m, h, d or w, as in \"30s\" or \"14d\""
    static let sizeHint = "a number and a unit: B, K, M or G (of 1024), as in \"10M\""

    package static func duration(_ text: String) -> Duration? {
        guard let (count, unit) = split(text) else { return nil }
        let milliseconds: Int64
        switch unit {
        case "ms": milliseconds = 1
        case "s", "sec": milliseconds = 1000
        case "m", "min": milliseconds = 60_000
        case "h": milliseconds = 3_600_000
        case "d": milliseconds = 86_400_000
        case "w": milliseconds = 604_800_000
        default: return nil
        }
        let (product, overflow) = count.multipliedReportingOverflow(by: milliseconds)
        return overflow ? nil : .milliseconds(product)
    }

    static func byteCount(_ text: String) -> Int? {
        guard let (count, unit) = split(text) else { return nil }
        let shift: Int64
        switch unit {
        case "B": shift = 0
        case "K", "KB", "KiB", "k": shift = 10
        case "M", "MB", "MiB": shift = 20
        case "G", "GB", "GiB": shift = 30
        default: return nil
        }
        let (product, overflow) = count.multipliedReportingOverflow(by: 1 << shift)
        return overflow ? nil : Int(product)
    }

    private static func split(_ text: String) -> (count: Int64, unit: String)? {
        let digits = text.utf8.prefix { (48...57).contains($0) }
        guard let count = Int64(String(Substring(digits))) else { return nil }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        return unit.isEmpty ? nil : (count, String(unit))
    }
}
