/// The two ways in which an SMS carries text. The provider picks UCS-2 as soon as one character
/// of the text is not in the GSM 7-bit alphabet.
package enum SMSEncoding: String, Hashable, Sendable {
    case gsm7 = "GSM-7"
    case ucs2 = "UCS-2"

    /// The encoding that a text will be sent in.
    init(of text: some StringProtocol) { self = GSM7.has(text) ? .gsm7 : .ucs2 }

    /// Septets or UTF-16 code units of a message that is not concatenated: 140 octets.
    package var unitsAlone: Int {
        switch self {
        case .gsm7: 160
        case .ucs2: 70
        }
    }

    /// The same of a segment of a concatenated message, which has a header of 6 octets.
    package var unitsInSegment: Int {
        switch self {
        case .gsm7: 153
        case .ucs2: 67
        }
    }

    /// Bits of one unit.
    package var unitBits: Int {
        switch self {
        case .gsm7: 7
        case .ucs2: 16
        }
    }

    func units(of scalar: Unicode.Scalar) -> Int {
        switch self {
        case .gsm7: GSM7.septets(scalar)
        case .ucs2: scalar.value < 0x10000 ? 1 : 2
        }
    }

    /// Units of one grapheme cluster.
    func units(of character: Character) -> Int {
        switch self {
        case .gsm7: character.unicodeScalars.reduce(0) { $0 + GSM7.septets($1) }
        case .ucs2: character.utf16.count
        }
    }
}
