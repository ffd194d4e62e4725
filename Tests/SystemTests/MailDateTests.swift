import CoreSystem
import Testing

@Suite struct MailDateTests {
    struct Case: Sendable {
        let text: String
        /// `2026-3-3 7:14:05`, then the zone. Nil for what is no date.
        let want: String?

        init(_ text: String, _ want: String?) { (self.text, self.want) = (text, want) }
    }

    private static func dump(_ date: MailDate) -> String {
        let zone =
            switch date.zone {
            case .offset(let minutes): " \(minutes)"
            case .name(let name): " \(name)"
            case .missing: ""
            }
        return "\(date.year)-\(date.month)-\(date.day) "
            + "\(date.hour):\(date.minute):\(date.second)\(zone)"
    }

    @Test(
        "RFC 5322 is read, the obsolete forms too",
        arguments: [
            Case("Tue, 03 Mar 2026 07:14:05 +0100", "2026-3-3 7:14:5 60"),
            Case("3 Mar 2026 07:14 +0100", "2026-3-3 7:14:0 60"),
            Case("Tue,3 mar 2026 07:14:05 -0330", "2026-3-3 7:14:5 -210"),
            Case("Tue, 3 Mar 2026 07:14:05 -0000", "2026-3-3 7:14:5 0"),
            Case("Tue, 3 Mar 2026 7:14:60 Z", "2026-3-3 7:14:60 0"),
            Case("Tue, 3 Mar 2026 07:14:05 +0100 (CET)", "2026-3-3 7:14:5 60"),
            Case("Tue (a (b) c), 3 Mar(x)2026\t07 : 14 :(y) 05\r\n EST", "2026-3-3 7:14:5 -300"),
            Case("3 Mar 26 07:14 UT", "2026-3-3 7:14:0 0"),
            Case("3 Mar 96 07:14 PDT", "1996-3-3 7:14:0 -420"),
            Case("3 Mar 126 07:14 GMT", "2026-3-3 7:14:0 0"),
            Case("3 Mar 2026 07:14:05 +01:00", "2026-3-3 7:14:5 60"),
            Case("3 Mar 2026 07:14:05 CET", "2026-3-3 7:14:5 CET"),
            Case("3 Mar 2026 07:14:05 M", "2026-3-3 7:14:5 M"),
            Case("3 Mar 2026 07:14:05", "2026-3-3 7:14:5"),
            Case("29 Feb 2024 00:00 +0000", "2024-2-29 0:0:0 0"),
        ])
    func reads(_ c: Case) {
        #expect(MailDate(c.text).map(Self.dump) == c.want)
    }

    @Test(
        "what is no date is none",
        arguments: [
            "", ",", "Tue", "Tue,", "yesterday at noon", "2026-03-03T07:14:05Z", "3 Mar 2026",
            "32 Mar 2026 07:14 +0000", "29 Feb 2026 07:14 +0000", "0 Mar 2026 07:14 +0000",
            "3 März 2026 07:14 +0000", "3 Mar 2026 24:00 +0000", "3 Mar 2026 07:60 +0000",
            "3 Mar 2026 07:14:61 +0000", "3 Mar 2026 07:14:05:00 +0000", "3 Mar 2026 :: +0000",
            "3 Mar 2026 07:14 +100", "3 Mar 2026 07:14 +0160", "3 Mar 2026 07:14 +-100",
            "3 Mar 2026 07:14 ÜTC", "3 Mar 1 07:14 +0000", "3 Mar 20260 07:14 +0000",
            "+3 Mar 2026 07:14 +0000", "3 Mar 2026 07:14 +0000 PM", "3 Mar 1899 07:14 +0000",
        ])
    func refuses(_ text: String) {
        #expect(MailDate(text) == nil)
    }

    @Test("the moment is right, in leap years, before 1970 and at the ends of the day")
    func time() {
        for (text, want): (String, Int64?) in [
            ("1 Jan 1970 00:00:00 +0000", 0), ("1 Jan 1970 00:00:00 +0100", -3_600),
            ("31 Dec 1969 23:59:59 GMT", -1), ("29 Feb 2000 12:00:00 +0000", 951_825_600),
            ("1 Mar 2100 00:00:00 +0000", 4_107_542_400), ("24 May 2019 17:44:46 Z", 1_558_719_886),
            ("24 May 2019 17:44:46 CET", nil), ("24 May 2019 17:44:46", nil),
        ] {
            #expect(MailDate(text)?.time?.milliseconds == want.map { $0 * 1000 }, "\(text)")
        }
    }

    @Test("a megabyte is not read")
    func bounded() {
        let comment = "(" + String(repeating: "x", count: 1 << 20) + ")"
        #expect(MailDate("3 Mar 2026 07:14 +0000 " + comment) != nil)
        #expect(MailDate(comment + "3 Mar 2026 07:14 +0000") == nil)
    }
}
