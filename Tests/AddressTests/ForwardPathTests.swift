import CoreAddress
import Testing

@Suite struct ForwardPathTests {
    struct Case: Sendable {
        let input: String
        let localPart: String
        let domain: String?
        let base: String
        let option: String?

        init(
            _ input: String, _ localPart: String, _ domain: String?, _ base: String,
            _ option: String?
        ) {
            self.input = input
            self.localPart = localPart
            self.domain = domain
            self.base = base
            self.option = option
        }
    }

    @Test(
        "an address comes apart into local part, domain, and option",
        arguments: [
            Case("14155551212@sms.example", "14155551212", "sms.example", "14155551212", nil),
            Case("+14155551212@SMS.Example.", "+14155551212", "sms.example", "+14155551212", nil),
            Case(
                "+14155551212+urgent@sms.example", "+14155551212+urgent", "sms.example",
                "+14155551212", "urgent"),
            Case("oncall+a+b@sms.example", "oncall+a+b", "sms.example", "oncall+a", "b"),
            Case("oncall+@sms.example", "oncall+", "sms.example", "oncall", nil),
            Case(
                "tel:+14155551212@sms.example", "tel:+14155551212", "sms.example",
                "tel:+14155551212", nil),
            Case("TEL:+1415+x@sms.example", "TEL:+1415+x", "sms.example", "TEL:+1415", "x"),
            Case(
                "(+1)4155551212@sms.example", "(+1)4155551212", "sms.example", "(+1)4155551212", nil
            ),
            Case("++14155551212@sms.example", "++14155551212", "sms.example", "++14155551212", nil),
            Case(
                "\"+1 415 555 1212\"@sms.example", "+1 415 555 1212", "sms.example",
                "+1 415 555 1212", nil),
            Case(#""a\"b\\c@d"@sms.example"#, #"a"b\c@d"#, "sms.example", #"a"b\c@d"#, nil),
            Case("<14155551212@sms.example>", "14155551212", "sms.example", "14155551212", nil),
            Case(
                "@relay.example:14155551212@sms.example", "14155551212", "sms.example",
                "14155551212",
                nil),
            Case("14155551212", "14155551212", nil, "14155551212", nil),
            Case("\"a@b\"", "a@b", nil, "a@b", nil),
            Case("a@[192.0.2.1]", "a", "[192.0.2.1]", "a", nil),
            Case("@sms.example", "", "sms.example", "", nil),
            Case("+@sms.example", "+", "sms.example", "+", nil),
            Case("a+\u{301}b@\u{301}c", "a+\u{301}b", "\u{301}c", "a", "\u{301}b"),
            Case("", "", nil, "", nil),
            Case("\"", "\"", nil, "\"", nil),
            Case("<", "<", nil, "<", nil),
        ])
    func parts(_ c: Case) {
        let got = ForwardPath(c.input)
        #expect(got.localPart == c.localPart)
        #expect(got.domain == c.domain)
        #expect(got.base == c.base)
        #expect(got.option == c.option)
    }
}
