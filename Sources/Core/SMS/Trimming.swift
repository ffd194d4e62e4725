internal import CoreSystem

extension String {
    /// How many Unicode scalars it has: octets of its UTF-8 that do not continue one.
    var scalarCount: Int {
        let octets = utf8.span
        if octets.isASCII { return octets.count }
        var count = 0
        for index in octets.indices where octets[index] & 0xC0 != 0x80 { count += 1 }
        return count
    }

    /// Without blanks and line ends at either end.
    func trimmed() -> String {
        // A character that holds visible ASCII is not blank, whatever else is in it.
        if let first = utf8.first, let last = utf8.last, 0x21...0x7E ~= first, 0x21...0x7E ~= last {
            return String(self)
        }
        return String(trimmedStart().trimmedEnd())
    }
}

extension StringProtocol {
    /// Whether no two of its scalars stay together: each is below U+0300, where marks begin. CR LF is one
    /// grapheme cluster, but two characters to a phone (`Packing`).
    var hasOnlyLoneScalars: Bool {
        utf8.withContiguousStorageIfAvailable { octets in
            let octets = unsafe octets.span
            var others: UInt8 = 0
            for index in octets.indices { others |= octets[index] >= 0xCC ? 1 : 0 }
            return others == 0
        } ?? false
    }
}

extension StringProtocol where SubSequence == Substring {
    func trimmedStart() -> Substring { drop(while: \.isBlank) }

    func trimmedEnd() -> Substring {
        var text = self[...]
        while text.last?.isBlank == true { text.removeLast() }
        return text
    }
}

extension Character {
    /// Nothing but white space: a blank with a mark on it shows the mark.
    fileprivate var isBlank: Bool {
        isWhitespace && unicodeScalars.allSatisfy(\.properties.isWhitespace)
    }
}
