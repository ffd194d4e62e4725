import CoreConfig
import Testing

/// What is refused, where the fault is said to be, and in which words.
@Suite struct ConfigurationErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let toml: String
        /// `line:column: text`, the whole of it.
        let want: String
        var testDescription: String { want }
    }

    @Test(
        "a fault is told with line, column and what to do",
        arguments: [
            Case(
                toml: "[message]\nmax_segment = 3\n",
                want: "2:1: unknown key 'max_segment' in [message]; did you mean 'max_segments'?"),
            Case(
                toml: "\n\n[mesage]\n",
                want: "3:2: unknown key 'mesage'; did you mean 'message'?"),
            Case(
                toml: "[twilio]\n  max_segments = 3\n",
                want:
                    "2:3: unknown key 'max_segments' in [twilio]; 'max_segments' belongs in [message]"
            ),
            Case(
                toml: "[lmtp]\ndefault_region = 'US'\n",
                want: "2:1: unknown key 'default_region' in [lmtp]; 'default_region' belongs above"
                    + " the first [table]"),
            Case(
                toml: "[dedup]\nxyzzy = 1\n",
                want: "2:1: unknown key 'xyzzy' in [dedup]; it may have: window"),
            Case(
                toml: "[[sender]]\nmatch = '*@a.example'\ndaily_segmets = 1\n",
                want:
                    "3:1: unknown key 'daily_segmets' in [[sender]]; did you mean 'daily_segments'?"
            ),
            Case(
                toml: "[message]\nmax_segments = 25\n",
                want: "2:1: max_segments: a whole number from 1 to 24 is wanted, not 25"),
            Case(
                toml: "[message]\nmax_segments = \"3\"\n",
                want: "2:1: max_segments: a whole number from 1 to 24 is wanted, not \"3\""),
            Case(
                toml: "[message]\noverflow = \"trunkate\"\n",
                want:
                    "2:1: overflow: \"trunkate\" is not one of \"truncate\", \"split\", \"reject\";"
                    + " did you mean \"truncate\"?"),
            Case(
                toml: "[message]\ntemplate = 3\n",
                want: "2:1: template: a string in quotes is wanted, not a number"),
            Case(
                toml: "[twilio]\ntimeout = \"30\"\n",
                want: "2:1: timeout: \"30\" is not a number and a unit: ms, s, m, h, d or w, as in"
                    + " \"30s\" or \"14d\""),
            Case(
                toml: "[twilio]\nbase_url = \"http://api.twilio.com\"\n",
                want: "2:1: base_url: \"http://api.twilio.com\" is not \"https://\" and a host, or"
                    + " \"http://\" and a loopback address; no path behind it"),
            Case(
                toml: "[twilio]\naccount_sid = \"AC12\"\n",
                want:
                    "2:1: account_sid: \"AC12\" is not the account SID: AC and 32 hexadecimal digits"
            ),
            Case(
                toml: "[twilio]\nfrom = \"Acme Alert Desk\"\n",
                want: "2:1: from: \"Acme Alert Desk\" is not a sender: a number like"
                    + " \"+18085551234\", a short code, or a name of at most 11 letters, digits and"
                    + " blanks with a letter in it"),
            Case(
                toml: "[twilio]\nauth_token = \"a\"\nauth_token_file = \"/b\"\n",
                want: "3:1: auth_token_file: give either auth_token or auth_token_file, not both"),
            Case(
                toml: "[twilio]\napi_key_sid = \"SK\(sid)\"\n",
                want: "2:1: api_key_sid: needs api_key_secret or api_key_secret_file beside it"),
            Case(
                toml: "[lmtp]\nlisten = \"inet:127.0.0.1:25\"\n",
                want:
                    "2:1: listen: inet:127.0.0.1:25: port 25 is SMTP's, and LMTP must not be there"
                    + " (RFC 2033); take another, such as 2424"),
            Case(
                toml: "[lmtp]\nlisten = \"inet:192.0.2.1:24\"\n",
                want: "2:1: listen: inet:192.0.2.1:24 is open to other hosts; if that is meant, set"
                    + " allow_remote = true, tls_cert_file and tls_key_file"),
            Case(
                toml: "[lmtp]\nallow_remote = true\nlisten = \"inet:192.0.2.1:24\"\n",
                want: "3:1: listen: inet:192.0.2.1:24 is open to other hosts and needs TLS: set"
                    + " tls_cert_file and tls_key_file"),
            Case(
                toml: "[lmtp]\nlisten = [\n  \"unix:/a\",\n  24]\n",
                want: "4:3: listen: a list of strings is wanted; 24 is none"),
            Case(
                toml: "message = 1\n",
                want: "1:1: message: a table is wanted: write [message] on a line of its own"),
            Case(
                toml: "[route]\ndomain = '*'\n",
                want: "1:2: route: tables are wanted: write [[route]] in front of each"),
            Case(
                toml: "[[sender]]\nto = '+1*'\n",
                want: "1:1: match: missing: each [[sender]] needs an envelope sender (globs),"
                    + " sasl:USER or ip:NETWORK/BITS"),
            Case(
                toml: "[[sender]]\nmatch = 'ip:10.0.0.1/8'\n",
                want:
                    "2:1: match: \"ip:10.0.0.1/8\" is not an envelope sender (globs), sasl:USER or"
                    + " ip:NETWORK/BITS"),
            Case(
                toml: "[[sender]]\nmatch = '*'\nrate = '10 per minute'\n",
                want:
                    "3:1: rate: \"10 per minute\" is not a rate in segments in at most 31 days, as in \"10/min\","
                    + " \"100/h\" or \"30/10min\""),
            Case(
                toml: "[[sender]]\nmatch = '*'\nrequire = 'dmarc'\n",
                want: "3:1: require: needs authserv_id in [policy]: whose verdict is believed?"),
            Case(
                toml: "[account.sales]\naccount_sid = 'AC\(sid)'\n[[route]]\naccount = 'sale'\n",
                want: "4:1: account: no [account.sale]; did you mean \"sales\"?"),
            Case(
                toml: "[aliases]\noncall = []\n",
                want: "2:1: oncall: an alias without members: add one"),
            Case(
                toml: "[aliases]\nz = ['+1', 'a']\nA = ['b']\nb = ['C', '+1']\nc = ['a']\n",
                want: "2:1: z: leads back to itself (a -> b -> c -> a): break the circle"),
            Case(
                toml: "[aliases]\na = 'A'\n",
                want: "2:1: a: leads back to itself (a -> a): break the circle"),
            Case(
                toml: "[message]\ntemplate = '{body} {subjet}'\n",
                want: "2:1: template: character 8: no field {subjet}; there are {subject} {from}"
                    + " {body} {date} {attachments}, and {{ for a brace"),
            Case(
                toml: "[message]\ndisclaimers = ['^This e-?mail', '(confidential']\n",
                want: "2:1: disclaimers: \"(confidential\": not a usable POSIX extended regular"
                    + " expression: Unmatched ( or \\("),
            Case(
                toml: "[message]\nstrip_subject = '(re|aw'\n",
                want: "2:1: strip_subject: \"(re|aw\": not a usable POSIX extended regular"
                    + " expression: Unmatched ( or \\("),
            Case(
                toml: "default_region = 'XX'\n",
                want: "1:1: default_region: \"XX\" is not a country's two letters (ISO 3166), as"
                    + " in \"US\""),
            Case(
                toml: "[log]\n\n[\nmask_numbers = true\n",
                want: "3:1: not TOML: a key is expected; is a quote, a bracket or an equals sign"
                    + " missing?"),
            Case(
                toml: "[message]\ntemplate = \"{body}\nmax_segments = 3\n",
                want:
                    "2:19: not TOML: Error while parsing string: unescaped control characters other"
                    + " than TAB (U+0009) are explicitly prohibited; is a quote, a bracket or an"
                    + " equals sign missing?"),
        ])
    func refused(_ c: Case) throws {
        let error = try #require(throws: ConfigurationError.self) {
            try Configuration(parsing: c.toml, file: "f")
        }
        #expect(error.description == "f:\(c.want)")
    }

    private static let sid = "0123456789abcdef0123456789abcdef"

    @Test("all faults of a file are found in one go, in the order of the file")
    func allAtOnce() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try Configuration(
                parsing: "xx = 1\n[message]\nstrip = ['signatur']\nyy = 2\n", file: "f")
        }
        #expect(error.all.map(\.line) == [1, 3, 4])
        #expect(error.description.hasSuffix("(and 2 more: run 'smsmda check')"))
    }
}
