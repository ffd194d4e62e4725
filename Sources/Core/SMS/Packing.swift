/// Fills segments from left to right, as the provider does, never splitting what must stay whole.
///
/// A value, so that a state can be kept and packing be tried on from there.
struct Packing {
    let encoding: SMSEncoding
    /// Units in all, as if nothing had to stay together.
    private(set) var units = 0
    /// Full segments in front of the current one.
    private var full = 0
    /// Units in the current one.
    private var used = 0

    init(_ encoding: SMSEncoding) { self.encoding = encoding }

    /// Segments so far; 0 of nothing.
    var segments: Int {
        if units == 0 { return 0 }
        return units <= encoding.unitsAlone ? 1 : full + 1
    }

    mutating func add(_ character: Character) {
        // CR and LF are one cluster by Unicode, two characters to a phone.
        if character == "\r\n" {
            add(whole: 1)
            return add(whole: 1)
        }
        let count = encoding.units(of: character)
        guard count > encoding.unitsInSegment else { return add(whole: count) }
        // Longer than a segment (a letter with a hundred accents): only its scalars stay whole.
        for scalar in character.unicodeScalars { add(scalar) }
    }

    mutating func add(_ text: some StringProtocol) {
        if encoding == .gsm7, GSM7.isPlain(text) { return add(singles: text.utf8.count) }
        let isDone = text.utf8.withContiguousStorageIfAvailable { unsafe add(ascii: $0.span) }
        if isDone == true { return }
        if text.hasOnlyLoneScalars {
            for scalar in text.unicodeScalars { add(scalar) }
        } else {
            for character in text { add(character) }
        }
    }

    /// Brackets and the like are in most alerts. Returns false, with nothing added, for anything else
    /// than ASCII of the alphabet.
    private mutating func add(ascii octets: Span<UInt8>) -> Bool {
        guard encoding == .gsm7, GSM7.hasASCII(octets) else { return false }
        // Copies, which the compiler keeps in registers.
        var (units, full, used) = (units, full, used)
        for index in octets.indices {
            let count = GSM7.isPair(octets[index]) ? 2 : 1
            units += count
            if used + count > SMSEncoding.gsm7.unitsInSegment {
                full += 1
                used = 0
            }
            used += count
        }
        (self.units, self.full, self.used) = (units, full, used)
        return true
    }

    /// A scalar that is a grapheme cluster of its own.
    mutating func add(_ scalar: Unicode.Scalar) { add(whole: encoding.units(of: scalar)) }

    /// The same as `count` times one unit.
    mutating func add(singles count: Int) {
        guard count > 0 else { return }
        units += count
        let before = (used + count - 1) / encoding.unitsInSegment
        full += before
        used += count - before * encoding.unitsInSegment
    }

    private mutating func add(whole count: Int) {
        units += count
        if used + count > encoding.unitsInSegment {
            full += 1
            used = 0
        }
        used += count
    }
}
