import CoreConfig
import Testing

/// What `smsmda check` calls doubtful.
@Suite struct DoubtTests {
    private static let sound = """
        [twilio]
        account_sid = "AC0123456789abcdef0123456789abcdef"
        api_key_sid = "SK0123456789abcdef0123456789abcdef"
        api_key_secret_file = "/etc/smsmda/secret"
        from = "+18085551234"
        [[sender]]
        match = "sasl:*"
        """

    @Test("a sound configuration has none")
    func sound() throws {
        #expect(try Configuration(parsing: Self.sound).doubts == [])
    }

    @Test("a storm below the other limits is none")
    func soundStorm() throws {
        let toml =
            Self.sound + """

                [storm]
                alerts = "5/10min"
                [[limit]]
                per = "recipient"
                rate = "6/10min"
                """
        #expect(try Configuration(parsing: toml).doubts == [])
    }

    @Test(
        "each doubt is told",
        arguments: [
            ("match = \"sasl:*\"", "match = \"*@a.example\"", "anyone can forge"),
            ("[[sender]]\nmatch = \"sasl:*\"", "", "no [[sender]] rule"),
            ("api_key_secret_file = \"/etc/smsmda/secret\"", "api_key_secret = \"x\"", "as text"),
            ("from = \"+18085551234\"", "", "no sender"),
            ("[[sender]]", "[journal]\nrequired = false\n[[sender]]", "required = false"),
            ("[[sender]]", "[journal]\nkeep = \"1d\"\n[[sender]]", "keep is shorter"),
            ("[[sender]]", "[lmtp]\nreply_timeout = \"30s\"\n[[sender]]", "not below [lmtp]"),
            ("[[sender]]", "[journal]\nsettle = \"20s\"\n[[sender]]", "settle is shorter"),
            (
                "[[sender]]",
                "[lmtp]\nallow_remote = true\nlisten = 'inet:0.0.0.0:24'\ntls_cert_file = 'c'\n"
                    + "tls_key_file = 'k'\n[[sender]]", "no certificate is asked for"
            ),
            // The sockets may come from systemd.
            (
                "[[sender]]",
                "[lmtp]\nallow_remote = true\ntls_cert_file = 'c'\ntls_key_file = 'k'\n[[sender]]",
                "no certificate is asked for"
            ),
            ("[[sender]]", "[storm]\nalerts = '2/2d'\n[[sender]]", "more than 6 hours"),
            (
                "[[sender]]",
                "[storm]\nalerts = '5/min'\n[[limit]]\nper = 'recipient'\nrate = '4/min'\n[[sender]]",
                "is not reached"
            ),
            (
                "[[sender]]",
                "[storm]\nalerts = '5/min'\n[journal]\nrequired = false\n[[sender]]",
                "nothing is folded while"
            ),
            (
                "[[sender]]", "[storm]\nalerts = '5/min'\nsummary = 'и {count}'\n[[sender]]",
                "make an SMS Unicode"
            ),
            ("[[sender]]", "[deliver]\ndeadline = \"30s\"\n[[sender]]", "not below [deliver]"),
        ])
    func doubt(_ part: String, _ replacement: String, _ want: String) throws {
        let toml = Self.sound.replacing(part, with: replacement)
        let doubts = try Configuration(parsing: toml).doubts
        #expect(doubts.contains { $0.contains(want) }, "\(doubts)")
    }
}
