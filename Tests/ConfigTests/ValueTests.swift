import CoreConfig
import Testing

/// The small languages inside strings.
@Suite struct ValueTests {
    @Test(
        "durations",
        arguments: [
            ("30s", Duration.seconds(30)), ("4h", .seconds(14_400)), ("90 m", .seconds(5400)),
            ("1500ms", .milliseconds(1500)), ("120min", .seconds(7200)), ("1d", nil), ("30", nil),
            ("s", nil), ("-1s", nil), ("1h30m", nil), ("9999999999999999999s", nil),
            ("9223372036854775807w", nil), ("1.5h", nil),
        ] as [(String, Duration?)])
    func validity(_ text: String, _ want: Duration?) {
        let got = try? Configuration(parsing: "[twilio]\nvalidity_period = \"\(text)\"")
        #expect(got?.choices.validityPeriod == want)
    }

    @Test(
        "sizes",
        arguments: [
            ("10M", 10 << 20), ("512 K", 512 << 10), ("1GiB", 1 << 30), ("7B", 7), ("0B", nil),
            ("10", nil), ("M", nil), ("9999999999G", nil),
        ] as [(String, Int?)])
    func size(_ text: String, _ want: Int?) {
        let got = try? Configuration(parsing: "[lmtp]\nmax_message_size = \"\(text)\"")
        #expect(got?.lmtp.maxMessageSize == want)
    }

    @Test(
        "http:// goes to loopback only",
        arguments: [
            ("https://api.twilio.com", "https://api.twilio.com"),
            ("https://api.ie1.twilio.com/", "https://api.ie1.twilio.com"),
            ("http://127.0.0.1:8010", "http://127.0.0.1:8010"),
            ("http://[::1]:8010/", "http://[::1]:8010"), ("http://localhost", "http://localhost"),
            ("http://api.twilio.com", nil), ("http://127.0.0.1.example.com", nil),
            ("http://127.0.0.1@example.com", nil), ("http://localhost@example.com", nil),
            ("https://user:pass@host", nil), ("https://host/path", nil), ("https://", nil),
            ("ftp://host", nil), ("https://host:99999", nil), ("http://[::1].example.com", nil),
            ("http://[::2]", nil), ("https://:80", nil), ("http://127.0.0.1%00.example.com", nil),
        ] as [(String, String?)])
    func baseURL(_ text: String, _ want: String?) {
        let got = try? Configuration(parsing: "[twilio]\nbase_url = \"\(text)\"")
        #expect(got?.twilio.account.baseURL == want)
    }

    @Test(
        "addresses to listen on",
        arguments: [
            ("unix:/run/a.sock", true), ("unix:run/a.sock", nil), ("inet:127.0.0.1:24", true),
            ("inet:[::1]:24", true), ("inet:::1:24", nil), ("inet:localhost:24", true),
            ("inet:10.0.0.1:24", false), ("inet:0.0.0.0:24", false), ("inet:[::]:24", false),
            ("inet:127.0.0.1:70000", nil), ("inet::24", nil), ("127.0.0.1:24", nil),
            ("inet:127.1:24", false), ("unix:/" + String(repeating: "a", count: 103), nil),
        ] as [(String, Bool?)])
    func listen(_ text: String, _ want: Bool?) {
        let got = ListenAddress(text)
        #expect(got?.isLocal == want)
        if let got { #expect(ListenAddress(got.description) == got) }
    }

    @Test(
        "prices",
        arguments: [
            ("0.0083 USD", "0.0249 USD"), ("7 SEK", "21.00 SEK"), ("0.000001 EUR", "0.000003 EUR"),
            ("0.0083", nil), ("1.2.3 USD", nil), ("0.0000001 USD", nil), ("1 usd", nil),
            (". USD", nil),
        ] as [(String, String?)])
    func price(_ text: String, _ want: String?) {
        #expect(Price(text)?.total(segments: 3) == want)
    }
}
