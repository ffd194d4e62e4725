import CoreAddress
import Testing

@Suite struct PhoneNumberTests {
    struct Case: Sendable {
        let input: String
        let want: String?
    }

    @Test(
        "only E.164 is taken",
        arguments: [
            Case(input: "+46701234567", want: "+46701234567"),
            Case(input: "+12", want: "+12"),
            Case(input: "0701234567", want: nil),
            Case(input: "46701234567", want: nil),
            Case(input: "+0701234567", want: nil),
            Case(input: "+1", want: nil),
            Case(input: "+", want: nil),
            Case(input: "", want: nil),
            Case(input: "+1415 555", want: nil),
            Case(input: "+1415555a212", want: nil),
            Case(input: "+１４１５５５５１２１２", want: nil),
            Case(input: "+123456789012345678901", want: nil),
        ])
    func e164(_ c: Case) { #expect(PhoneNumber(e164: c.input)?.e164 == c.want) }

    @Test(
        "a log shows too little of a number to call it",
        arguments: [
            Case(input: "+14155551212", want: "+1415…1212"),
            Case(input: "+4512345678", want: "+451…5678"),
            Case(input: "+29012345", want: "+2…2345"),
            Case(input: "+12", want: "+…2"),
        ])
    func masked(_ c: Case) { #expect(PhoneNumber(e164: c.input)?.masked == c.want) }

    @Test(
        "the calling code is the prefix that a country or network has",
        arguments: [
            Case(input: "+14155551212", want: "1"),
            Case(input: "+46701234567", want: "46"),
            Case(input: "+358401234567", want: "358"),
            Case(input: "+88212345678", want: "882"),
            Case(input: "+2101234567", want: nil),
        ])
    func callingCode(_ c: Case) { #expect(PhoneNumber(e164: c.input)?.callingCode == c.want) }
}
