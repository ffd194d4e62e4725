/// Small questions about bytes, as the parsers of this stage ask them.
extension UInt8 {
    var isASCIILetter: Bool { (0x61...0x7A).contains(self | 0x20) }
    var isASCIIDigit: Bool { (0x30...0x39).contains(self) }
    var isASCIILetterOrDigit: Bool { isASCIILetter || isASCIIDigit }
    /// Blank, tab, LF, FF or CR: what HTML calls white space.
    var isHTMLSpace: Bool {
        self == 0x20 || self == 0x0A || self == 0x09 || self == 0x0D || self == 0x0C
    }
    var isBlank: Bool { self == 0x20 || self == 0x09 }
    /// `A`–`Z` made small, every other byte as it is.
    var asciiLowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
    /// The value of a hexadecimal digit, or nil.
    var hexadecimalValue: UInt32? {
        switch self {
        case 0x30...0x39: UInt32(self) - 0x30
        case 0x41...0x46: UInt32(self) - 0x37
        case 0x61...0x66: UInt32(self) - 0x57
        default: nil
        }
    }
}

extension Collection<UInt8> {
    /// Whether the bytes are `text`, ASCII letters compared without their case.
    /// `text` must be given in small letters.
    func equalsIgnoringCase(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { wanted in
            guard count == wanted.count else { return false }
            return unsafe zip(self, wanted).allSatisfy { $0.asciiLowercased == $1 }
        }
    }
}
