/// Random numbers that a seed repeats: SplitMix64. A test prints the seed it drew.
package struct Dice: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    package mutating func one<C: Collection>(of choices: C) -> C.Element {
        let index = choices.index(
            choices.startIndex, offsetBy: Int.random(in: 0..<choices.count, using: &self))
        return choices[index]
    }

    /// Up to `count` of the choices, one behind the other.
    package mutating func text(of choices: [String], upTo count: Int) -> String {
        (0..<Int.random(in: 0...count, using: &self)).map { _ in one(of: choices) }.joined()
    }
}
