import CoreSystem
import Testing

@testable import CoreDelivery

@Suite struct ShortDateTests {
    /// A host in Berlin, in winter.
    private static func berlin(_ time: WallTime) -> LocalClock {
        let minutes = Int(time.milliseconds / 60_000) + 60
        let day = minutes / 1440 - 20_514  // 2026-03-02 is 20,514 days after 1970-01-01
        return LocalClock(
            day: day + 2, month: 3, hour: minutes % 1440 / 60, minute: minutes % 60, offset: 60,
            zone: "CET")
    }

    @Test(
        "the host's time, with the zone where the sender's clock shows another",
        arguments: [
            ("Tue, 03 Mar 2026 07:04:05 +0100", "3 Mar 07:04"),
            ("Tue, 03 Mar 2026 06:04:05 +0000", "3 Mar 07:04 CET"),
            ("Tue, 03 Mar 2026 01:04:05 EST", "3 Mar 07:04 CET"),
            ("Mon, 02 Mar 2026 23:30 -0000", "3 Mar 00:30 CET"),
            ("Tue, 03 Mar 2026 07:04:05 IST", "3 Mar 07:04 IST"),
            ("Tue, 03 Mar 2026 07:04:05", "3 Mar 07:04"),
            ("2026-03-03T07:04:05+01:00", "2026-03-03T07:04:05+01:00"),
            ("yesterday", "yesterday"), ("", ""),
        ])
    func text(_ field: String, _ want: String) {
        #expect(ShortDate.text(field, clock: Self.berlin) == want)
    }
}
