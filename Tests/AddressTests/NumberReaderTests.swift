import CoreAddress
import Testing

@Suite struct NumberReaderTests {
    struct Case: Sendable {
        let region: String
        let input: String
        let want: String?
        let error: NumberError?

        init(_ region: String, _ input: String, _ want: String) {
            (self.region, self.input, self.want, self.error) = (region, input, want, nil)
        }

        init(_ region: String, _ input: String, _ error: NumberError) {
            (self.region, self.input, self.want, self.error) = (region, input, nil, error)
        }
    }

    /// The wanted forms are what PyPI `phonenumbers` gives; Tests/system/test_numbers.py asks it.
    static let cases = [
        Case("US", "14155551212", "+14155551212"),
        Case("US", "4155551212", "+14155551212"),
        Case("US", "+14155551212", "+14155551212"),
        Case("US", "415-555-1212", "+14155551212"),
        Case("US", "1.415.555.1212", "+14155551212"),
        Case("US", "(415) 555-1212", "+14155551212"),
        Case("US", "1-800-FLOWERS", "+18003569377"),
        Case("US", "1800flowers", "+18003569377"),
        Case("US", "011 46 70 123 45 67", "+46701234567"),
        Case("US", "tel:+1-415-555-1212", "+14155551212"),
        Case("US", "tel:555-1212;phone-context=+1-415", "+14155551212"),
        Case("US", "415-555-1212x99", "+14155551212"),
        Case("US", "１４１５５５５１２１２", "+14155551212"),
        Case("SE", "0701234567", "+46701234567"),
        Case("SE", "46701234567", "+46701234567"),
        Case("SE", "0046701234567", "+46701234567"),
        Case("GB", "07700900123", "+447700900123"),
        Case("GB", "447700900123", "+447700900123"),
        Case("GB", "+44 0161 496 0000", "+441614960000"),
        Case("US", "+440161496 0000", "+441614960000"),
        Case("IT", "0612345678", "+390612345678"),
        Case("US", "+390612345678", "+390612345678"),
        Case("IT", "3401234567", "+393401234567"),
        Case("DE", "0151 23456789", "+4915123456789"),
        Case("DE", "+49 151 23456789", "+4915123456789"),
        Case("AR", "011 15 2345 6789", "+5491123456789"),
        Case("RU", "8 912 345 67 89", "+79123456789"),
        Case("AU", "0412 345 678", "+61412345678"),
        Case("BR", "(11) 96123-4567", "+5511961234567"),
        Case("US", "+4901", "+4901"),
        Case("US", "+490", .tooShort),
        Case("US", "nobody", .notANumber),
        Case("US", "", .notANumber),
        Case("US", "+", .notANumber),
        Case("US", "+1415555", .tooShort),
        Case("US", "141555512123", .tooLong),
        Case("US", "+2101234567", .unknownCallingCode),
        Case("US", String(repeating: "1", count: 64), .tooLong),
        Case("US", String(repeating: "1", count: 5_000), .tooLong),
        Case("US", "+46 70 123 45 67 89", .notPossible),
        Case("US", "415\u{0}5551212", .notANumber),
    ]

    @Test("a number is read as libphonenumber reads it", arguments: cases)
    func reads(_ c: Case) throws {
        let region = try #require(Region(c.region))
        do throws(NumberError) {
            let got = try NumberReader(region: region).read(c.input)
            #expect(got.e164 == c.want)
        } catch {
            #expect(error == c.error)
        }
    }

    @Test(
        "what is no number at all does not load the library",
        arguments: [
            "", "nobody", "abuse", "root+x", "a1b", "+",
        ])
    func hopeless(_ text: String) { #expect(PlainNumber.isHopeless(text)) }

    @Test(
        "the plain cases are read by the table",
        arguments: [
            ("US", "14155551212"), ("US", "4155551212"), ("SE", "+14155551212"),
            ("GB", "447700900123"), ("FR", "33612345678"), ("DE", "+4915123456789"),
            ("US", "+393401234567"), ("US", "1-415-555-1212"),
        ])
    func plain(region: String, text: String) throws {
        let region = try #require(Region(region))
        #expect(PlainNumber.read(text, region: region) != nil)
    }

    @Test(
        "the region of a number",
        arguments: [
            ("+14155551212", "US"), ("+14165551212", "CA"), ("+18765551212", "JM"),
            ("+46701234567", "SE"), ("+447400123456", "GB"), ("+77012345678", "KZ"),
            ("+447700900123", nil), ("+8812345678", nil), ("+2101234567", nil),
        ] as [(String, String?)])
    func region(e164: String, want: String?) throws {
        let number = try #require(PhoneNumber(e164: e164))
        #expect(try NumberReader.region(of: number)?.code == want)
    }

    @Test(
        "the kind of line",
        arguments: [
            ("+14155551212", .fixedOrMobile), ("+19002345678", .premium),
            ("+18002345678", .tollFree),
            ("+46701234567", .mobile), ("+4681234567", .fixed), ("+441611234567", .fixed),
            ("+33821123456", .sharedCost), ("+14155551", .unknown),
        ] as [(String, NumberKind)])
    func kind(e164: String, want: NumberKind) throws {
        let number = try #require(PhoneNumber(e164: e164))
        #expect(try NumberReader.kind(of: number) == want)
    }

    @Test(
        "each error says what to write instead, in one short line",
        arguments: [
            NumberError.notANumber, .tooShort, .tooLong, .unknownCallingCode, .notPossible,
            .libraryMissing("no such file"),
        ])
    func errorText(_ error: NumberError) {
        #expect(error.description.utf8.count < 160)
        #expect(!error.description.contains("\n"))
        #expect(error.isOurs == (error == .libraryMissing("no such file")))
    }
}
