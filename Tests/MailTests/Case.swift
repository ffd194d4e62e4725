import Testing

/// One row of a table of cases.
struct Case<Input: Sendable, Want: Sendable>: Sendable, CustomTestStringConvertible {
    let input: Input
    let want: Want
    let testDescription: String

    init(_ description: String, _ input: Input, _ want: Want) {
        self.input = input
        self.want = want
        testDescription = description
    }
}
