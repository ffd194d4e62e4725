extension UInt8 {
    static let tab: UInt8 = 9
    static let lineFeed: UInt8 = 10
    static let carriageReturn: UInt8 = 13
    static let blank: UInt8 = 32

    /// Blank or tab: RFC 5234's WSP.
    var isBlank: Bool { self == .blank || self == .tab }

    /// What may stand between the words of a structured field: RFC 5322's FWS, and stray CRs.
    var isWhiteSpace: Bool { isBlank || self == .lineFeed || self == .carriageReturn }

    /// Neither a control nor a blank; any octet of a scalar beyond ASCII is.
    var isVisible: Bool { self > 32 && self != 127 }

    var isDigit: Bool { self &- 48 < 10 }

    /// An ASCII letter in lower case; anything else as it is.
    var lowered: UInt8 { self &- 65 < 26 ? self | 32 : self }

    /// The value of a hexadecimal digit of either case.
    var hexValue: UInt8? {
        switch self {
        case 48...57: self - 48
        case 65...70: self - 55
        case 97...102: self - 87
        default: nil
        }
    }

    /// RFC 5322 §3.6.8: printable ASCII but for the colon.
    var isFieldNameCharacter: Bool { self > 32 && self < 127 && self != 58 }
}

extension ArraySlice<UInt8> {
    /// Without blanks, tabs and line ends at either end.
    var trimmed: ArraySlice<UInt8> {
        var slice = self
        while let first = slice.first, first.isWhiteSpace { slice.removeFirst() }
        while let last = slice.last, last.isWhiteSpace { slice.removeLast() }
        return slice
    }

    /// ASCII letters compared without case.
    func equalsIgnoringCase(_ text: String) -> Bool {
        count == text.utf8.count && zip(self, text.utf8).allSatisfy { $0.lowered == $1.lowered }
    }
}

extension String {
    /// ASCII letters in lower case. (`lowercased()` would also touch letters beyond ASCII.)
    var asciiLowered: String {
        utf8.contains { $0 &- 65 < 26 }
            ? String(decoding: utf8.map(\.lowered), as: UTF8.self) : self
    }

    /// Without white space and control characters at either end.
    var trimmed: String {
        if let first = utf8.first, let last = utf8.last, first.isVisible, last.isVisible {
            return self
        }
        let edge: (Unicode.Scalar) -> Bool = { $0.value <= 32 || $0.value == 127 }
        guard let first = unicodeScalars.firstIndex(where: { !edge($0) }),
            let last = unicodeScalars.lastIndex(where: { !edge($0) })
        else { return "" }
        return String(unicodeScalars[first...last])
    }
}
