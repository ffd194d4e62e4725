extension String {
    /// How many Unicode scalars it has: octets of its UTF-8 that do not continue one.
    var scalarCount: Int {
        let octets = utf8.span
        var count = 0
        for index in octets.indices where octets[index] & 0xC0 != 0x80 { count += 1 }
        return count
    }
}

extension StringProtocol where SubSequence == Substring {
    func trimmedStart() -> Substring { drop(while: \.isBlank) }

    func trimmedEnd() -> Substring {
        var text = self[...]
        while text.last?.isBlank == true { text.removeLast() }
        return text
    }

    /// Without blanks and line ends at either end.
    func trimmed() -> String { String(trimmedStart().trimmedEnd()) }
}

extension Character {
    /// Nothing but white space: a blank with a mark on it shows the mark.
    fileprivate var isBlank: Bool {
        isWhitespace && unicodeScalars.allSatisfy(\.properties.isWhitespace)
    }
}
