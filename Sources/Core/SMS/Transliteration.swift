/// A text rewritten towards GSM-7, and what that cost.
struct Transliteration {
    /// How far the text is rewritten.
    enum Depth {
        /// Only what looks the same.
        case lookAlikes
        /// Accents and alphabets too; what has no equal becomes "?".
        case folded
    }

    private(set) var text: String
    /// Characters that were replaced or left out.
    private(set) var replaced = 0
    /// Characters that became "?": their meaning is lost.
    private(set) var lost = 0

    /// Whether nothing is left: the text was marks without letters.
    var isBlank: Bool { text.allSatisfy(\.isWhitespace) }

    init(of source: String, _ depth: Depth) {
        text = ""
        guard !source.utf8.allSatisfy({ $0 < 0x80 && $0 != 0x60 }) else {
            text = source
            return
        }
        text.reserveCapacity(source.utf8.count)
        var characters = source.makeIterator()
        var next = characters.next()
        var previous: Character?
        while let character = next {
            next = characters.next()
            if character == "°" || character == "º" {
                addDegree(character, after: previous, before: next)
            } else if character == "μ" && (isGreek(previous) || isGreek(next)) && depth == .folded {
                // Alone it is micro: 10 μs.
                text += "M"
                replaced += 1
            } else {
                add(character, depth)
            }
            previous = character
        }
    }

    private func isGreek(_ character: Character?) -> Bool {
        guard let value = character?.unicodeScalars.first?.value else { return false }
        return (0x386...0x3CE).contains(value)
    }

    /// 31 °C is 31 C, as thermometers print it: GSM-7 has no sign for it, and "deg" would cost four
    /// characters for what C and F say by themselves. 90° is 90deg, N° 5 is No 5, and 1º is 1o.
    private mutating func addDegree(
        _ sign: Character, after previous: Character?, before next: Character?
    ) {
        if next != "C" && next != "F" {
            text += sign == "º" || previous?.isLetter == true ? "o" : "deg"
        }
        replaced += 1
    }

    private mutating func add(_ character: Character, _ depth: Depth) {
        var isLost = false
        var scalars = character.unicodeScalars.makeIterator()
        var next = scalars.next()
        while let scalar = next {
            next = scalars.next()
            if let mark = next, let letter = LookAlikes.composed(scalar, mark) {
                text.unicodeScalars.append(letter)
                replaced += 1
                next = scalars.next()
            } else if GSM7.septets(scalar) > 0 {
                text.unicodeScalars.append(scalar)
            } else if let plain = LookAlikes.replacement(for: scalar)
                ?? (depth == .folded ? Folding.replacement(for: scalar) : nil)
            {
                text += plain
                replaced += 1
            } else if depth == .folded {
                isLost = true
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        if isLost {
            // One mark for a whole cluster: a family of four is one picture.
            text += "?"
            lost += 1
        }
    }
}
