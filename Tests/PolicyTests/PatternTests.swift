import CorePolicy
import Testing

/// The patterns and quantities that rules are written in.
@Suite struct PatternTests {
    @Test(
        "globs",
        arguments: [
            ("*", "", true), ("*", "a", true), ("", "", true), ("", "a", false),
            ("*@a.example", "x@A.EXAMPLE", true), ("*@a.example", "x@b.a.example", false),
            ("*.att.net", "txt.att.net", true), ("*.att.net", "att.net", false),
            ("a*b*c", "abbbcbc", true), ("a*b*c", "abbbcb", false), ("a?c", "abc", true),
            ("a?c", "ac", false), ("+1*", "+14155551212", true), ("+1*", "+44", false),
            ("**a", "ba", true), ("*a*a*a*a*b", String(repeating: "a", count: 2000), false),
        ])
    func glob(_ pattern: String, _ text: String, _ want: Bool) {
        #expect(Glob(pattern).matches(text) == want)
    }

    @Test(
        "networks",
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
            ("192.0.2.128/25", "192.0.2.129", true), ("192.0.2.128/25", "192.0.2.127", false),
            ("0.0.0.0/0", "1.2.3.4", true), ("0.0.0.0/0", "::1", false),
            ("2001:db8::/33", "2001:db8:7fff::1", true),
            ("2001:db8::/33", "2001:db8:8000::1", false),
            ("10.0.0.1", "10.0.0.1", true), ("10.0.0.1", "::ffff:10.0.0.1", true),
            ("2001:db8::1", "IPv6:2001:DB8::1", true), ("10.0.0.0/8", "unknown", false),
            ("10.0.0.0/8", "", false),
        ])
    func network(_ text: String, _ address: String, _ want: Bool) throws {
        #expect(try #require(Network(text)).contains(address) == want)
    }

    @Test(
        "what is no network",
        arguments: [
            "10.0.0.1/8", "10.0.0.0/33", "10.0.0/8", "a", "", "10.0.0.0/", "10.0.0.0/+8", "1/2/3",
        ])
    func noNetwork(_ text: String) { #expect(Network(text) == nil) }

    @Test(
        "a line of match holds when all of its conditions do",
        arguments: [
            ("*@m.example", true), ("*@n.example", false), ("sasl:ups*", true), ("sasl:x", false),
            ("ip:10.0.0.0/8", true), ("ip:11.0.0.0/8", false), ("*@m.example sasl:ups1", true),
            ("*@m.example ip:11.0.0.0/8", false), ("<>", false), ("*", true),
        ])
    func sender(_ text: String, _ want: Bool) throws {
        let sender = Sender(reversePath: "a@m.example", saslUser: "ups1", clientAddress: "10.1.1.1")
        #expect(try #require(SenderPattern(text)).matches(sender) == want)
    }

    @Test("what is not known does not hold", arguments: ["sasl:*", "ip:0.0.0.0/0", "* sasl:*"])
    func unknown(_ text: String) throws {
        #expect(try !#require(SenderPattern(text)).matches(Sender(reversePath: "a@b")))
    }

    @Test("the null reverse-path is matched by <> and by a star alone")
    func null() throws {
        let null = Sender(reversePath: "")
        #expect(try #require(SenderPattern("<>")).matches(null))
        #expect(try #require(SenderPattern("*")).matches(null))
        #expect(try !#require(SenderPattern("*@*")).matches(null))
    }

    @Test("what is no line of match", arguments: ["", " ", "nobody", "ip:x", "sasl:a ip:"])
    func noSender(_ text: String) { #expect(SenderPattern(text) == nil) }

    @Test(
        "rates",
        arguments: [
            ("10/min", 10, 60), ("1/s", 1, 1), ("100/h", 100, 3600), ("30/10min", 30, 600),
            ("5/day", 5, 86_400), ("0/min", nil, nil), ("10", nil, nil), ("10/", nil, nil),
            ("10/0min", nil, nil), ("/min", nil, nil), ("10/min/s", nil, nil), ("-1/s", nil, nil),
            ("9999999/s", nil, nil), ("10/fortnight", nil, nil),
            ("9/31d", 9, 31 * 86_400), ("9/32d", nil, nil),
        ] as [(String, Int?, Int?)])
    func rate(_ text: String, _ count: Int?, _ seconds: Int?) {
        let got = Rate(text)
        #expect(got?.count == count)
        #expect(got?.period == seconds.map { .seconds($0) })
    }

    /// Sunday is 0.
    @Test(
        "hours of the week",
        arguments: [
            ("Mon-Fri 08:00-18:00", 1, "08:00", true), ("Mon-Fri 08:00-18:00", 1, "07:59", false),
            ("Mon-Fri 08:00-18:00", 1, "18:00", false), ("Mon-Fri 08:00-18:00", 0, "12:00", false),
            ("22:00-07:00", 3, "23:00", true), ("22:00-07:00", 3, "06:59", true),
            ("22:00-07:00", 3, "07:00", false), ("Fri 22:00-07:00", 6, "06:00", true),
            ("Fri 22:00-07:00", 5, "06:00", false), ("Sat 22:00-07:00", 0, "01:00", true),
            ("Sat,Sun", 6, "00:00", true), ("Sat,Sun", 0, "23:59", true),
            ("Sat,Sun", 1, "12:00", false),
            ("Fri-Mon", 0, "12:00", true), ("Fri-Mon", 3, "12:00", false),
            ("00:00-24:00", 2, "23:59", true), ("08:00-08:00", 2, "07:00", true),
        ])
    func window(_ text: String, _ weekday: Int, _ time: String, _ want: Bool) throws {
        let parts = time.split(separator: ":").compactMap { Int($0) }
        let window = try #require(TimeWindow(text))
        #expect(window.contains(weekday: weekday, minute: parts[0] * 60 + parts[1]) == want)
    }

    @Test(
        "what is no window",
        arguments: [
            "", "Mon 8", "08:00", "25:00-26:00", "Mon-Foo", "24:00-08:00", "08:00-18:00 Mon",
            "8-18",
        ])
    func noWindow(_ text: String) { #expect(TimeWindow(text) == nil) }
}
