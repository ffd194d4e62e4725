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
        let words = Words(text: text, ends: states.map(\.end))
        let cut = words.boundary(
            atMost: low, mayKeepNothing: !isSeries && start > text.startIndex)
        end = states[cut.position].end
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
}
