/// The SMS that one message becomes: cleaned, put together, encoded, and cut to the budget.
///
/// In: the classified text and header fields of a message, and the operator's options. Out: one
/// message, or several numbered ones, each within `maxSegments` and within the 1,600 characters
/// that the provider takes in a request. Pure and linear in the size of the input.
///
/// It does not choose the text of a message (that is BodyText's work) and does not send.
package struct Composition: Hashable, Sendable {
    /// The whole text as it is sent, without the numbers of several messages.
    package let text: String
    /// The bodies of the requests, in order. Never empty.
    package let messages: [String]
    /// Of each of `messages`.
    package let counts: [SegmentCount]
    /// What was left off and why, in the order in which it went.
    package let dropped: [Dropped]
    /// Characters that were replaced to reach GSM-7.
    package let transliterated: Int

    package init(
        _ input: CompositionInput, _ options: CompositionOptions = CompositionOptions()
    ) throws(CompositionError) {
        let limit = max(1, min(options.maxSegments, CompositionOptions.segmentLimit))
        let budget = Budget(segments: limit)
        var draft = try Draft(input, options)
        while true {
            let parts = draft.parts()
            let form = Form(for: parts.whole, options)
            let (text, replaced) = form.apply(to: parts.whole)
            if budget.holds(text) && draft.unseen == 0 {
                self.init(text, [text], draft.dropped, replaced)
                return
            }
            switch options.overflow {
            case .reject:
                let count = SegmentCount(text).segments
                throw .tooLong(segments: count, limit: min(limit, count - 1))
            case .split:
                let series = Series(splitting: text, budget: budget)
                let isWhole = series.left.isEmpty
                let limit = limit * CompositionOptions.messageLimit
                if isWhole || !draft.dropNext(toFit: limit) {
                    let dropped = draft.dropped + Self.tail(of: draft, series.left, segments: limit)
                    self.init(text, series.messages, dropped, replaced)
                    return
                }
            case .truncate:
                if !draft.dropNext(toFit: limit) {
                    let short = Shortened(parts, form, options, budget)
                    let dropped = draft.dropped + Self.tail(of: draft, short.left, segments: limit)
                    self.init(short.text, [short.text], dropped, short.replaced)
                    return
                }
            }
        }
    }

    /// UCS-2 as soon as one of the messages is.
    package var encoding: SMSEncoding {
        counts.contains { $0.encoding == .ucs2 } ? .ucs2 : .gsm7
    }

    /// Of all messages together.
    package var segments: Int { counts.reduce(0) { $0 + $1.segments } }

    /// The same with a line that no cut takes away: at the end, or in front where the end does not fit.
    ///
    /// A text that fits without the line is sent with it, shortened if need be, even where longer ones
    /// are rejected: the line must not be what a message bounces for.
    package init(
        _ input: CompositionInput, _ options: CompositionOptions, closing: String
    ) throws(CompositionError) {
        _ = try Composition(input, options)
        var options = options
        let closing = closing.trimmed()
        if options.overflow == .reject { options.overflow = .truncate }
        let template = options.template
        options.template = template.adding(last: closing)
        let ended = try Composition(input, options)
        let forms: [Form] = [.written, .lookAlikes, .folded]
        let isThere = forms.contains { form in
            ended.messages.last?.hasSuffix(form.apply(to: closing).text) ?? false
        }
        if isThere {
            self = ended
        } else {
            options.template = template.adding(first: closing)
            self = try Composition(input, options)
        }
    }

    /// The first characters that are not GSM-7, each once: why the messages are UCS-2.
    package func charactersOutsideGSM7(atMost limit: Int) -> [Unicode.Scalar] {
        var found: [Unicode.Scalar] = []
        for scalar in messages.lazy.joined().unicodeScalars
        where GSM7.septets(scalar) == 0 && !found.contains(scalar) {
            if found.count == limit { break }
            found.append(scalar)
        }
        return found
    }

    private init(_ text: String, _ messages: [String], _ dropped: [Dropped], _ replaced: Int) {
        self.text = text
        self.messages = messages
        counts = messages.map { SegmentCount($0) }
        self.dropped = dropped
        transliterated = replaced
    }

    /// The end of the text that did not go: `left` of what was looked at, and what was not.
    private static func tail(of draft: Draft, _ left: String, segments: Int) -> [Dropped] {
        let count = left.scalarCount + draft.unseen
        guard count > 0 else { return [] }
        return [Dropped(what: .tail, reason: .limit(segments: segments), characters: count)]
    }
}
