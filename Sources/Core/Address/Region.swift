/// A region by its ISO 3166 code, such as `US`: what makes a number without `+` readable.
///
/// Only regions with a numbering plan are taken.
package struct Region: Hashable, Sendable {
    /// Two capital letters.
    package let code: String

    /// Takes the code in any case. Nil when no numbering plan goes by it.
    package init?(_ code: String) {
        guard let row = PlainNumber.row(ofRegion: code.uppercased()) else { return nil }
        self.code = row.name
    }

    private init(known code: String) { self.code = code }

    package static let unitedStates = Region(known: "US")

    /// The digits after `+` in this region's numbers: `1`.
    package var callingCode: String {
        PlainNumber.row(ofRegion: code).map { String($0.code) } ?? ""
    }
}

extension Region: CustomStringConvertible {
    package var description: String { code }
}
