/// A text by its grapheme clusters, and where between two of them it may be cut.
///
/// Not inside a web address, a number, a date, an identifier, a path; not inside a short word. Looks
/// at the part of the text that `ends` covers, and at the rest of the word behind it.
struct Words {
    let text: String
    /// The ends of the clusters, in order; the first one where the words begin.
    let ends: [String.Index]

    /// A word up to this long is not cut. Longer ones, and scripts without blanks, are.
    private static let longWord = 24
    /// Nothing longer is taken for a number, a host or a path.
    private static let longIdentifier = 64
    /// No word is looked at further than this.
    private static let longToken = 512
    /// Nor a number written in groups: `+1 415 555 1212`.
    private static let longGroups = 24

    /// The best position in `ends` to cut at, no later than `limit`. 0 only where `mayKeepNothing`.
    func boundary(
        atMost limit: Int, mayKeepNothing: Bool
    ) -> (position: Int, isInsideWord: Bool) {
        let first = mayKeepNothing ? 0 : 1
        guard limit >= first, ends[limit] < text.endIndex else { return (limit, false) }
        if isBlank(limit) || isBlank(limit - 1) { return (beforeGroups(limit, first), false) }

        var wordStart = limit
        while wordStart > 0 && !isBlank(wordStart - 1) { wordStart -= 1 }
        let tail = text[ends[limit]...].prefix(Self.longToken).prefix { !$0.isWhitespace }
        let word = text[ends[wordStart]..<tail.endIndex]
        let isAddress = Self.isAddress(word)
        let isShort = limit - wordStart <= Self.longWord && !Self.isUnspaced(text[ends[limit]])
        if isAddress || Self.isIdentifier(word) || isShort, wordStart >= first {
            return (beforeGroups(wordStart, first), false)
        }
        // Inside the word, but not inside a number in it.
        if !isAddress && Self.isNumber(text[ends[limit]]) {
            var position = limit
            while position > wordStart && Self.isNumber(text[ends[position - 1]]) { position -= 1 }
            if position > wordStart { return (position, true) }
        }
        return (limit, true)
    }

    private func isBlank(_ position: Int) -> Bool {
        ends.indices.contains(position) && text[ends[position]].isWhitespace
    }

    /// A blank may be inside a number: then the position in front of it, if that is near.
    private func beforeGroups(_ position: Int, _ first: Int) -> Int {
        let next = text[ends[position]...].prefix(2).first { $0 != " " }
        guard next?.isNumber == true else { return position }
        var start = position
        while start > 0 && Self.isInGroups(text[ends[start - 1]]) {
            start -= 1
            if position - start > Self.longGroups { return position }
        }
        while start < position && isBlank(start) { start += 1 }
        let isWordStart = start == 0 || isBlank(start - 1)
        return isWordStart && start >= first ? start : position
    }

    private static func isInGroups(_ character: Character) -> Bool {
        character.isNumber || " +-()".contains(character)
    }

    private static func isAddress(_ word: Substring) -> Bool {
        word.contains("@") || word.hasPrefix("www.") || word.firstRange(of: "://") != nil
    }

    /// A number, a date, a host, a path: half of it would be another one. Nothing longer than any
    /// of these, or a line of base64 would leave an empty message.
    private static func isIdentifier(_ word: Substring) -> Bool {
        let bytes = word.utf8
        guard bytes.count <= Self.longIdentifier, bytes.allSatisfy({ $0 < 0x80 }) else {
            return false
        }
        let telling = bytes.dropLast().contains {
            (UInt8(ascii: ".")...UInt8(ascii: "9")).contains($0)
        }
        return telling || word.last?.isNumber == true
    }

    private static func isNumber(_ character: Character) -> Bool {
        character.isNumber || ".,:/-+%".contains(character)
    }

    /// Scripts that are written without blanks between words.
    private static func isUnspaced(_ character: Character) -> Bool {
        guard let scalar = character.unicodeScalars.first else { return false }
        return (0x0E00...0x0EFF).contains(scalar.value) || (0x1000...0x109F).contains(scalar.value)
            || (0x1780...0x17FF).contains(scalar.value) || scalar.value >= 0x2E80
    }
}

extension Substring {
    fileprivate func firstRange(of other: String) -> Range<Index>? {
        var rest = self
        while let colon = rest.firstIndex(of: ":") {
            if rest[colon...].hasPrefix(other) { return colon..<rest.endIndex }
            rest = rest[rest.index(after: colon)...]
        }
        return nil
    }
}
