import CoreAddress
import TestSupport
import Testing

/// The table of costly prefixes against libphonenumber itself, over random numbers.
@Suite struct CostlyPrefixTests {
    @Test("no number that costs extra is outside the table")
    func complete() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var dice = Dice(seed: seed)
        var costly = 0
        for _ in 0..<100_000 {
            let region = try #require(PlainNumberTests.regions.randomElement(using: &dice))
            let digits = (0..<Int.random(in: 6...10, using: &dice)).map { _ in
                String(Int.random(in: 0...9, using: &dice))
            }
            let text = "+\(region.callingCode)\(digits.joined())"
            // Read, not taken as it stands: a national prefix behind the calling code goes.
            guard let number = try? NumberReader(region: region).read(text) else { continue }
            guard try NumberReader.kind(of: number).costsExtra else { continue }
            costly += 1
            guard CostlyPrefix.mayBegin(number) else {
                Issue.record("\(text) costs extra and is not in the table, seed \(seed)")
                return
            }
        }
        // Otherwise the loop has tried nothing.
        #expect(costly > 50, "seed \(seed)")
    }

    @Test(
        "everyday numbers need no look at the library",
        arguments: [
            "+14155551212", "+46701234567", "+447911123456", "+491701234567", "+33612345678",
        ])
    func everyday(_ text: String) throws {
        #expect(try !CostlyPrefix.mayBegin(#require(PhoneNumber(e164: text))))
    }

    @Test("premium numbers are in it", arguments: ["+19002345678", "+449012345678", "+4990012345"])
    func premium(_ text: String) throws {
        #expect(try CostlyPrefix.mayBegin(#require(PhoneNumber(e164: text))))
    }
}
