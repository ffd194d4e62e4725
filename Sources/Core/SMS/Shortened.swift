/// A text cut to the budget, with a mark at the cut, keeping what the template puts behind it.
struct Shortened {
    let text: String
    /// What is not in `text`.
    let left: String
    let replaced: Int

    init(_ parts: Draft.Parts, _ form: Form, _ options: CompositionOptions, _ budget: Budget) {
        // In UCS-2 a message holds less than half as much. Where the first character that needs
        // it comes late enough, more is said by stopping in front of it.
        var forms: [(Form, SMSEncoding)] = []
        let encoding = SMSEncoding(of: form.apply(to: parts.whole).text)
        forms.append((form, encoding))
        if encoding == .ucs2 {
            forms.append((options.encoding == .unicode ? .written : .lookAlikes, .gsm7))
        }
        var best: Shortened?
        for (form, encoding) in forms {
            guard let candidate = Shortened(parts, form, encoding, budget) else { continue }
            if let best, candidate.left.count >= best.left.count { continue }
            best = candidate
        }
        self = best ?? Shortened(hard: form.apply(to: parts.whole).text, budget)
    }

    /// Nil when the template's own text leaves no room for the body, or is not GSM-7 when it must.
    private init?(
        _ parts: Draft.Parts, _ form: Form, _ encoding: SMSEncoding, _ budget: Budget
    ) {
        let before = form.apply(to: parts.before).text
        let (body, replaced) = form.apply(to: parts.body)
        let after = form.apply(to: parts.after).text.trimmedEnd()
        let whole = String((before + body).trimmedStart())
        var end = whole.endIndex
        if encoding == .gsm7 {
            guard GSM7.has(before), GSM7.has(after) else { return nil }
            end = GSM7.prefix(of: whole).endIndex
        }
        let start = whole.utf8.index(
            whole.startIndex, offsetBy: before.trimmedStart().utf8.count, limitedBy: end)
        let room = Cut.Room(encoding: encoding, budget: budget)
        guard let cut = Cut(whole, (start ?? end)..<end, after: String(after), room) else {
            return nil
        }
        text = cut.marked
        left = String(cut.rest)
        self.replaced = replaced
    }

    /// Where even the fields around the body are too long: cuts the whole wherever it must.
    private init(hard whole: String, _ budget: Budget) {
        let encoding = SMSEncoding(of: whole)
        let room = Cut.Room(encoding: encoding, budget: budget)
        let cut = Cut(whole, whole.startIndex..<whole.endIndex, after: "", room)
        text = cut?.marked ?? encoding.cutMark
        left = cut.map { String($0.rest) } ?? whole
        replaced = 0
    }
}

extension SMSEncoding {
    /// What stands where a text was cut. Three dots are not in UCS-2's interest, one is not GSM-7.
    var cutMark: String {
        switch self {
        case .gsm7: "..."
        case .ucs2: "…"
        }
    }
}
