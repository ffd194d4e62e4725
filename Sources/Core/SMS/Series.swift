/// A text in several numbered messages: `(1/3) ` in front of each.
struct Series {
    private(set) var messages: [String] = []
    /// What did not go into `CompositionOptions.messageLimit` messages; the last then ends with
    /// the mark of a cut.
    private(set) var left = ""

    /// As long as any number, since there are never more than nine.
    private static let placeholder = "(1/9) "

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
        let window = placeholder + rest.prefix(budget.characters)
        if budget.holds(window) && window.count - placeholder.count == rest.count {
            return (String(rest), "")
        }
        var best: (body: String, after: Substring)?
        for encoding in [SMSEncoding.ucs2, .gsm7] {
            let usable = encoding == .ucs2 ? window : String(window.prefix { GSM7.has(String($0)) })
            let start = usable.index(usable.startIndex, offsetBy: placeholder.count)
            let mark = isLast ? encoding.cutMark : ""
            guard
                let cut = Cut(
                    usable, from: start, suffix: isLast ? " " + mark : "", encoding: encoding,
                    budget: budget), cut.kept.endIndex > start
            else { continue }
            let kept = String(cut.kept.dropFirst(placeholder.count))
            let after = rest.dropFirst(kept.count).trimmedStart()
            if best == nil || after.count < best?.after.count ?? .max {
                let joint = cut.isInsideWord || !isLast ? "" : " "
                best = (kept + joint + mark, after)
            }
        }
        // A cluster longer than a whole message: nobody can read it, and the rest is not lost.
        return best ?? ("", rest.dropFirst())
    }
}
