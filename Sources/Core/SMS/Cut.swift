/// Where a text may be cut so that what is left, and a suffix, fit a message.
///
/// Never inside a grapheme cluster or an escape pair, and as `Words` says it. Looks no further than
/// the message is long, whatever the length of the text.
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

    /// What there is room for.
    struct Room {
        let encoding: SMSEncoding
        let budget: Budget
        /// The rest is sent as well, so something of the text is kept in any case.
        var isSeries = false
    }

    /// Cuts somewhere in `range`, from which everything is of the encoding; what is in front of it
    /// is kept. At its beginning only where something is in front. Nil when not even that fits.
    init?(_ text: String, _ range: Range<String.Index>, suffix: String, _ room: Room) {
        let budget = room.budget
        var states: [(end: String.Index, packing: Packing, length: Int)] = []
        states.reserveCapacity(min(text.utf8.count, budget.characters) + 2)
        var packing = Packing(room.encoding)
        var length = 0
        var index = text.startIndex
        let isLone = text.hasOnlyLoneScalars && !text.utf8.contains(0x0D)
        while true {
            if index >= range.lowerBound { states.append((index, packing, length)) }
            guard index < range.upperBound, budget.holds(packing, length: length) else { break }
            if isLone {
                packing.add(text.unicodeScalars[index])
                length += 1
                index = text.unicodeScalars.index(after: index)
            } else {
                let character = text[index]
                packing.add(character)
                length += character.utf16.count
                index = text.index(after: index)
            }
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
            atMost: low, mayKeepNothing: !room.isSeries && range.lowerBound > text.startIndex)
        end = states[cut.position].end
        kept = text[..<end].trimmedEnd()
        rest = text[end...].trimmedStart()
        isInsideWord = cut.isInsideWord
        // A blank in front of the mark says that a word ends there.
        let joint = cut.isInsideWord || kept.isEmpty ? "" : " "
        // As Strings: `+` of a Substring counts its characters first.
        marked = String(kept) + joint + String(suffix.trimmedStart())
    }

    /// Cuts so that the mark of the cut and then `after` fit behind it, as `marked` has them.
    init?(_ text: String, _ range: Range<String.Index>, after: String, _ room: Room) {
        let suffix = room.encoding.cutMark + after
        // The blank in front of the mark needs room only where there is one.
        for blank in ["", " "] {
            guard let cut = Cut(text, range, suffix: blank + suffix, room) else { return nil }
            if room.budget.holds(cut.marked) {
                self = cut
                return
            }
        }
        return nil
    }
}
