/// A text in several numbered messages: `(1/3) ` in front of each.
struct Series {
    private(set) var messages: [String] = []
    /// What did not go into `CompositionOptions.messageLimit` messages; the last then ends with
    /// the mark of a cut.
    private(set) var left = ""

    /// As long as any number, since there are never more than nine.
    private static let placeholder = "(1/9) "
    /// Scalars that fit one segment, behind the number, in any encoding.
    private static let unreadable = 30
    /// Characters beyond the longest message that show what kind of word is cut.
    private static let lookahead = 512

    init(splitting text: String, budget: Budget) {
        var rest = text[...]
        var bodies: [String] = []
        while !rest.isEmpty && bodies.count < CompositionOptions.messageLimit {
            let isLast = bodies.count == CompositionOptions.messageLimit - 1
            let (body, after) = Self.next(of: rest, isLast: isLast, budget: budget)
            bodies.append(body)
            rest = after
        }
        left = String(rest)
        for (index, body) in bodies.enumerated() {
            messages.append("(\(index + 1)/\(bodies.count)) \(body)")
        }
    }

    /// The text of one message, and what follows it.
    private static func next(
        of rest: Substring, isLast: Bool, budget: Budget
    ) -> (String, Substring) {
        // Counted in UTF-8: a mark at the beginning of the rest would join the number's blank.
        let number = placeholder.utf8.count
        let window = placeholder + rest.prefix(budget.characters + lookahead)
        if budget.holds(window) && window.utf8.count - number == rest.utf8.count {
            return (String(rest), "")
        }
        let start = window.utf8.index(window.startIndex, offsetBy: number)
        var best: (body: String, after: Substring)?
        for encoding in [SMSEncoding.ucs2, .gsm7] {
            let end = encoding == .ucs2 ? window.endIndex : GSM7.prefix(of: window).endIndex
            guard end > start else { continue }
            let room = Cut.Room(encoding: encoding, budget: budget, isSeries: true)
            let cut =
                isLast
                ? Cut(window, start..<end, after: "", room)
                : Cut(window, start..<end, suffix: "", room)
            guard let cut, cut.end > start else { continue }
            let body = Substring((isLast ? cut.marked[...] : cut.kept).utf8.dropFirst(number))
            let taken = window.utf8.distance(from: start, to: cut.end)
            let after = Substring(rest.utf8.dropFirst(taken)).trimmedStart()
            if after.utf8.count < best?.after.utf8.count ?? .max { best = (String(body), after) }
        }
        if let best { return best }
        // A cluster longer than a whole message: no reader misses its unity.
        let piece = rest.unicodeScalars.prefix(unreadable)
        return (String(piece), Substring(rest.unicodeScalars.dropFirst(unreadable)))
    }
}
