/// Where a text may be cut so that what is left, and a suffix, fit a message.
///
/// Never inside a grapheme cluster or an escape pair; not inside a web address or a number, a
/// date, an identifier with digits; not inside a short word. Only a text that begins with such a
/// thing longer than the whole message is cut inside it. Looks no further than the message is
/// long, whatever the length of the text.
struct Cut {
    /// Where the text is cut.
    let end: String.Index
    /// What fits, without blanks at its end.
    let kept: Substring
    /// The rest, without blanks at its beginning.
    let rest: Substring
    /// Whether the cut is inside a word.
    let isInsideWord: Bool
    /// What fits, the mark of the cut, and what is to stand behind it.
    let marked: String

    /// A word up to this long is not cut. Longer ones, and scripts without blanks, are.
    private static let longWord = 24
    private static let longIdentifier = 64
    /// No address or number is looked at further than this.
    private static let longToken = 512

    /// Cuts behind at most `budget`, in front of nothing that begins before `start`.
    ///
    /// Something behind `start` is kept, if it must be a part of a word, where that is all the text
    /// or `isSeries` says that the rest is sent as well. Nil when not even the text up to `start`
    /// fits.
    init?(
        _ text: String, from start: String.Index, suffix: String, encoding: SMSEncoding,
        budget: Budget, isSeries: Bool = false
    ) {
        var states: [(end: String.Index, packing: Packing, length: Int)] = []
        var packing = Packing(encoding)
        var length = 0
        var index = text.startIndex
        while true {
            if index >= start { states.append((index, packing, length)) }
            guard index < text.endIndex, budget.holds(packing, length: length) else { break }
            let character = text[index]
            packing.add(character)
            length += character.utf16.count
            index = text.index(after: index)
        }
        // The packing is monotone, so the last state that holds the suffix is found by halving.
        var low = -1
        var high = states.count
        while high - low > 1 {
            let middle = (low + high) / 2
            var (_, packing, length) = states[middle]
            packing.add(suffix)
            length += suffix.utf16.count
            if budget.holds(packing, length: length) { low = middle } else { high = middle }
        }
        guard low >= 0 else { return nil }
        let ends = states.map(\.end)
        let cut = Self.boundary(
            in: text, ends: ends, atMost: low,
            mayKeepNothing: !isSeries && start > text.startIndex)
        end = ends[cut.position]
        kept = text[..<end].trimmedEnd()
        rest = text[end...].trimmedStart()
        isInsideWord = cut.isInsideWord
        // A blank in front of the mark says that a word ends there.
        let joint = cut.isInsideWord || kept.isEmpty ? "" : " "
        marked = kept + joint + suffix.trimmedStart()
    }

    /// Cuts so that the mark of the cut and then `after` fit behind it, as `marked` has them.
    init?(
        _ text: String, from start: String.Index, after: String, encoding: SMSEncoding,
        budget: Budget, isSeries: Bool = false
    ) {
        let suffix = encoding.cutMark + after
        // The blank in front of the mark needs room only where there is one.
        for blank in ["", " "] {
            guard
                let cut = Cut(
                    text, from: start, suffix: blank + suffix, encoding: encoding, budget: budget,
                    isSeries: isSeries)
            else { return nil }
            if budget.holds(cut.marked) {
                self = cut
                return
            }
        }
        return nil
    }

    /// The best boundary among `ends[...limit]`; the text between `ends[0]` and it is the words.
    private static func boundary(
        in text: String, ends: [String.Index], atMost limit: Int, mayKeepNothing: Bool
    ) -> (position: Int, isInsideWord: Bool) {
        let limitIndex = ends[limit]
        guard limitIndex < text.endIndex else { return (limit, false) }
        func isBlank(_ position: Int) -> Bool { text[ends[position]].isWhitespace }
        if isBlank(limit) || limit == 0 || isBlank(limit - 1) { return (limit, false) }

        var wordStart = limit
        while wordStart > 0 && !isBlank(wordStart - 1) { wordStart -= 1 }
        let tail = text[limitIndex...].prefix(longToken).prefix { !$0.isWhitespace }
        let word = text[ends[wordStart]..<tail.endIndex]
        let isWhole = isAddress(word) || isIdentifier(word)
        let isShort = limit - wordStart <= longWord && !isUnspaced(text[limitIndex])
        if isWhole || isShort, wordStart > 0 || mayKeepNothing { return (wordStart, false) }
        // Inside the word, but not inside a number in it.
        if !isAddress(word) {
            var position = limit
            while position > wordStart && isNumber(text[ends[position - 1]])
                && (position == limit ? isNumber(text[limitIndex]) : true)
            {
                position -= 1
            }
            if position > 0 && position > wordStart { return (position, true) }
        }
        return (limit, true)
    }

    private static func isAddress(_ word: Substring) -> Bool {
        word.contains("@") || word.hasPrefix("www.") || word.firstRange(of: "://") != nil
    }

    /// A number, a date, a host, a path: half of it would be another one. Nothing longer than any
    /// of these, or a line of base64 would leave an empty message.
    private static func isIdentifier(_ word: Substring) -> Bool {
        let bytes = word.utf8
        guard bytes.count <= longIdentifier, bytes.allSatisfy({ $0 < 0x80 }) else { return false }
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
