import CoreAddress
import Testing

@Suite struct RegionTests {
    struct Case: Sendable {
        let input: String
        let want: String?
        let callingCode: String?
    }

    @Test(
        "only regions with a numbering plan are taken, in any case",
        arguments: [
            Case(input: "US", want: "US", callingCode: "1"),
            Case(input: "se", want: "SE", callingCode: "46"),
            Case(input: "Gb", want: "GB", callingCode: "44"),
            Case(input: "AC", want: "AC", callingCode: "247"),
            Case(input: "ZW", want: "ZW", callingCode: "263"),
            Case(input: "UK", want: nil, callingCode: nil),
            Case(input: "EU", want: nil, callingCode: nil),
            Case(input: "001", want: nil, callingCode: nil),
            Case(input: "", want: nil, callingCode: nil),
            Case(input: "USA", want: nil, callingCode: nil),
        ])
    func code(_ c: Case) {
        #expect(Region(c.input)?.code == c.want)
        #expect(Region(c.input)?.callingCode == c.callingCode)
    }

    @Test("the constant is the region it names")
    func unitedStates() { #expect(Region("US") == .unitedStates) }
}
