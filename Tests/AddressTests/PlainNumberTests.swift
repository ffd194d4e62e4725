import CoreAddress
import TestSupport
import Testing

/// The table of plain numbers against libphonenumber itself, over random numbers.
@Suite struct PlainNumberTests {
    static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    static let regions = letters.flatMap { one in letters.compactMap { Region("\(one)\($0)") } }

    @Test("wherever the table answers, libphonenumber gives the same answer")
    func agreement() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var dice = Dice(seed: seed)
        let library = try PhoneNumberLibrary.shared()
        var answered = 0
        for _ in 0..<100_000 {
            let region = try #require(Self.regions.randomElement(using: &dice))
            let text = Self.number(region: region, using: &dice)
            guard let got = PlainNumber.read(text, region: region) else { continue }
            answered += 1
            let want = try? library.number(text, region: region.code)  // nil: refused
            guard got == want else {
                Issue.record(
                    "\(region) \(text): \(got), want \(String(describing: want)), seed \(seed)")
                return
            }
        }
        // Otherwise the loop has tried nothing.
        #expect(answered > 10_000, "seed \(seed)")
    }

    /// What people write, and near misses of it.
    static func number(region: Region, using dice: inout Dice) -> String {
        let digits = (0..<Int.random(in: 2...15, using: &dice)).map { _ in
            String(Int.random(in: 0...9, using: &dice))
        }
        let separator = ["", "", "-", ".", " "].randomElement(using: &dice) ?? ""
        let groups = digits.joined(separator: Bool.random(using: &dice) ? "" : separator)
        switch Int.random(in: 0..<6, using: &dice) {
        case 0: return "+\(Int.random(in: 1...999, using: &dice))\(groups)"
        case 1, 2: return "+\(region.callingCode)\(groups)"
        case 3: return region.callingCode + groups
        case 4:
            return ["0", "00", "8", "1", "011"].randomElement(using: &dice, default: "") + groups
        default: return groups
        }
    }

    @Test("every region is known to the library and has a calling code")
    func allRegions() {
        #expect(Self.regions.count > 240)
        for region in Self.regions { #expect(!region.callingCode.isEmpty) }
    }
}

extension Array {
    fileprivate func randomElement(using dice: inout Dice, default other: Element)
        -> Element
    { randomElement(using: &dice) ?? other }
}
