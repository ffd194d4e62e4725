import CoreAddress
import TestSupport
import Testing

@Suite struct ForwardPathPropertyTests {
    @Test("a plain address is taken apart as it is in brackets, which are looked at by characters")
    func paths() {
        let seed = UInt64.random(in: 0 ... .max)
        var dice = Dice(seed: seed)
        let tokens = [
            "1415", "Anna", "+", "+", "@", "@", ".", "sms.Example", "tel:", "TEL:", "-", " ", ":",
            ",", ">",
            "urgent", "\r\n", "[", "`", "é",
        ]
        for round in 0..<10_000 {
            let address = dice.text(of: tokens, upTo: 7)
            let want = ForwardPath("<\(address)>")
            #expect(
                ForwardPath(address) == want,
                "\(address.debugDescription), round \(round), seed \(seed)")
        }
    }
}
