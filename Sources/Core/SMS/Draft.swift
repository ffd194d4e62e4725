internal import CoreText

/// The template filled from one message, before anything is cut: what must stay and what may go.
struct Draft {
    private let template: Template
    private let values: Values
    private var body: Body
    /// In front of the body where the body alone would say nothing: see `init`.
    private let leadIn: String
    private(set) var dropped: [Dropped] = []

    /// What may go to make room, in this order.
    private static let order: [TextBlock.Kind] = [.disclaimer, .quote, .signature, .footer]

    /// Cleans the fields, leaves off what the operator strips, and finds something to say where
    /// the body is empty: the subject, else the names of the attachments.
    init(_ input: CompositionInput, _ options: CompositionOptions) throws(CompositionError) {
        template = options.template
        let subject = CleanText.line(input.subject ?? "")
        let attachments = CleanText.line(input.attachments)
        values = Values(
            subject: subject, from: CleanText.line(input.from), date: CleanText.line(input.date),
            attachments: attachments)
        body = Body(input.body, limit: options.overflow.textLimit)
        let isEmpty = body.text.isEmpty
        let isStripped = body.omit(
            Kinds(options.strip).union(Kinds(.disclaimer)).subtracting(Kinds(.body)))

        // Everything was a signature or a quotation: stripping must not empty an alert, nor
        // hide its subject.
        let lacksWords = isEmpty || !isStripped
        let saysSubject = template.uses(.subject)
        if lacksWords && !saysSubject && !subject.isEmpty {
            leadIn = subject
        } else {
            let saysAttachments = template.uses(.attachments)
            leadIn = isEmpty && subject.isEmpty && !saysAttachments ? attachments : ""
        }

        let text = values
        let said: [Template.Field] = [.subject, .attachments].filter(template.uses)
        let hasContent =
            template.uses(.body) && (!isEmpty || !leadIn.isEmpty)
            || said.contains { !text[$0].isEmpty }
        // A template of other fields alone, "Mail from {from}", needs no content.
        guard hasContent || said.isEmpty && !template.uses(.body) else { throw .nothingToSend }

        let prefix = input.subjectPrefix.unicodeScalars.count
        if prefix > 0, saysSubject || leadIn == subject {
            dropped.append(
                Dropped(
                    what: .subjectPrefix, reason: .matched(key: "strip_subject"), characters: prefix
                ))
        }
        for kind in Self.order where body.omitted.contains(kind) {
            note(kind, kind == .disclaimer ? .matched(key: "disclaimers") : .stripped)
        }
        omitRepeatedSubject(isNew: true)
        guard !parts().whole.isEmpty else { throw .nothingToSend }
    }

    /// The fields of a template but the body, cleaned.
    private struct Values {
        let subject: String
        let from: String
        let date: String
        let attachments: String

        subscript(field: Template.Field) -> String {
            switch field {
            case .subject: subject
            case .from: from
            case .date: date
            case .attachments: attachments
            case .body: ""
            }
        }
    }

    /// The text in front of the body, the body, the text behind it.
    struct Parts {
        let before: String
        let body: String
        let after: String
        var whole: String {
            before.isEmpty && after.isEmpty ? body.trimmed() : (before + body + after).trimmed()
        }
    }

    func parts() -> Parts {
        var text = body.text
        if !leadIn.isEmpty { text = text.isEmpty ? leadIn : "\(leadIn)\n\(text)" }
        let (before, after, hasBody) = template.render { $0 == .body ? text : values[$0] }
        return Parts(before: before, body: hasBody ? text : "", after: after)
    }

    /// The next thing that may go to make room: quoted text, signature, footer, blank lines.
    /// Returns false when there is nothing left but the text itself.
    mutating func dropNext(toFit segments: Int) -> Bool {
        for kind in Self.order where !body.omitted.contains(kind) && body.has(kind) {
            guard body.omit(Kinds(kind)) else { continue }
            note(kind, .limit(segments: segments))
            omitRepeatedSubject(isNew: false)
            return true
        }
        guard body.keepsBlankLines else { return false }
        let saved = body.omitBlankLines()
        omitRepeatedSubject(isNew: false)
        guard saved > 0 else { return false }
        dropped.append(
            Dropped(what: .blankLines, reason: .limit(segments: segments), characters: saved))
        return true
    }

    /// Characters that were not even looked at, because no message could hold them.
    var unseen: Int { body.unseen }

    /// With the subject in the template, a body that begins with it says it again.
    private mutating func omitRepeatedSubject(isNew: Bool) {
        guard template.uses(.subject), template.uses(.body), body.omit(firstLine: values.subject)
        else { return }
        guard isNew else { return }
        let count = values.subject.scalarCount
        dropped.append(Dropped(what: .repeatedSubject, reason: .repetition, characters: count))
    }

    private mutating func note(_ kind: TextBlock.Kind, _ reason: Dropped.Reason) {
        let count = body.length(of: kind)
        let what: Dropped.What =
            switch kind {
            case .quote: .quote
            case .signature: .signature
            case .footer: .footer
            case .disclaimer: .disclaimer
            case .body: .tail
            }
        if count > 0 { dropped.append(Dropped(what: what, reason: reason, characters: count)) }
    }
}

extension CompositionOptions.Overflow {
    /// Unicode scalars of one kind of block that are looked at: more than messages can hold, since
    /// blank lines may go. With `reject` the whole text counts, up to what reading mail gives.
    fileprivate var textLimit: Int {
        switch self {
        case .truncate: 2 * CompositionOptions.characterLimit
        case .split: 2 * CompositionOptions.characterLimit * CompositionOptions.messageLimit
        case .reject: 1 << 20
        }
    }
}
