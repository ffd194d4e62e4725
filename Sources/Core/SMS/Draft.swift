internal import CoreText

/// The template filled from one message, before anything is cut: what must stay and what may go.
struct Draft {
    private let template: Template
    private let values: [Template.Field: String]
    private let blocks: [TextBlock]
    /// The kinds of block that are left off, for whatever reason.
    private var omitted: Set<TextBlock.Kind>
    private var keepsBlankLines = true
    /// In front of the body where the body alone would say nothing: see `init`.
    private let leadIn: String
    private(set) var dropped: [Dropped] = []

    /// No more of a body than this is looked at, in Unicode scalars: four times what the longest
    /// series of messages holds.
    private static let bodyLimit = 64_000

    /// Cleans the fields, leaves off what the operator strips, and finds something to say where
    /// the body is empty: the subject, else the names of the attachments.
    init(_ input: CompositionInput, _ options: CompositionOptions) throws(CompositionError) {
        let template = options.template
        self.template = template
        blocks = Self.limited(input.body)
        omitted = options.strip
        let subject = CleanText.line(input.subject ?? "")
        var values: [Template.Field: String] = [
            .subject: subject,
            .from: CleanText.line(input.from),
            .date: CleanText.line(input.date),
            .attachments: CleanText.line(input.attachments),
        ]
        let saysSubject = template.uses(.subject)
        let stripped = Self.join(blocks, without: omitted)
        let whole = omitted.isEmpty ? stripped : Self.join(blocks, without: [])
        var leadIn = ""
        if stripped.isEmpty && !whole.isEmpty {
            // Everything was a signature or a quotation: stripping must not empty an alert.
            omitted = []
            leadIn = saysSubject ? "" : subject
        } else if whole.isEmpty {
            leadIn = saysSubject ? "" : subject
            if leadIn.isEmpty && subject.isEmpty && !template.uses(.attachments) {
                leadIn = values[.attachments] ?? ""
            }
        }
        self.leadIn = leadIn

        let content: [Template.Field] = [.subject, .attachments]
        let hasContent =
            template.uses(.body) && (!whole.isEmpty || !leadIn.isEmpty)
            || content.contains { template.uses($0) && values[$0]?.isEmpty == false }
        let wantsContent = template.uses(.body) || content.contains { template.uses($0) }
        guard hasContent || !wantsContent else { throw .nothingToSend }
        values[.body] = ""
        self.values = values

        for kind in [TextBlock.Kind.quote, .signature, .footer] where omitted.contains(kind) {
            note(kind, .stripped)
        }
        if saysSubject && template.uses(.body) && bodyRepeatsSubject {
            dropped.append(
                Dropped(
                    what: .repeatedSubject, reason: .repetition,
                    characters: subject.unicodeScalars.count))
        }
        guard !parts().whole.isEmpty else { throw .nothingToSend }
    }

    /// The text in front of the body, the body, the text behind it.
    struct Parts {
        let before: String
        let body: String
        let after: String
        var whole: String { (before + body + after).trimmed() }
    }

    func parts() -> Parts {
        var body = Self.join(blocks, without: omitted)
        if template.uses(.subject) && bodyRepeatsSubject(body) {
            body = body.dropFirst(values[.subject]?.count ?? 0).trimmed()
        }
        if !leadIn.isEmpty { body = body.isEmpty ? leadIn : "\(leadIn)\n\(body)" }
        if !keepsBlankLines { body = Self.withoutBlankLines(body) }
        let (before, after, hasBody) = template.render {
            $0 == .body ? body : values[$0] ?? ""
        }
        return Parts(before: before, body: hasBody ? body : "", after: after)
    }

    /// The next thing that may go to make room, in this order: quoted text, signature, footer,
    /// blank lines. Returns false when there is nothing left but the text itself.
    mutating func dropNext(toFit segments: Int) -> Bool {
        for kind in [TextBlock.Kind.quote, .signature, .footer]
        where !omitted.contains(kind) && blocks.contains(where: { $0.kind == kind }) {
            let rest = omitted.union([kind])
            // Never all of it: then it is what the message says.
            guard !Self.join(blocks, without: rest).isEmpty else { continue }
            omitted = rest
            note(kind, .limit(segments: segments))
            return true
        }
        guard keepsBlankLines else { return false }
        let count = parts().body.unicodeScalars.count
        keepsBlankLines = false
        let saved = count - parts().body.unicodeScalars.count
        guard saved > 0 else { return false }
        dropped.append(
            Dropped(what: .blankLines, reason: .limit(segments: segments), characters: saved))
        return true
    }

    private mutating func note(_ kind: TextBlock.Kind, _ reason: Dropped.Reason) {
        let count = blocks.reduce(0) {
            $1.kind == kind ? $0 + $1.text.unicodeScalars.count : $0
        }
        let what: Dropped.What =
            switch kind {
            case .quote: .quote
            case .signature: .signature
            case .footer: .footer
            case .body: .tail
            }
        if count > 0 { dropped.append(Dropped(what: what, reason: reason, characters: count)) }
    }

    private var bodyRepeatsSubject: Bool {
        bodyRepeatsSubject(Self.join(blocks, without: omitted))
    }

    /// Whether the first line of the body is the subject, and not all of the body.
    private func bodyRepeatsSubject(_ body: String) -> Bool {
        guard let subject = values[.subject], !subject.isEmpty else { return false }
        return body.hasPrefix(subject + "\n")
    }

    private static func join(_ blocks: [TextBlock], without kinds: Set<TextBlock.Kind>) -> String {
        let texts = blocks.filter { !kinds.contains($0.kind) }.map(\.text)
        return CleanText.lines(texts.joined(separator: "\n"))
    }

    private static func withoutBlankLines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: true).joined(separator: "\n")
    }

    private static func limited(_ blocks: [TextBlock]) -> [TextBlock] {
        var room = bodyLimit
        var limited: [TextBlock] = []
        for var block in blocks where room > 0 {
            if block.text.utf8.count > room {
                block.text = String(
                    String.UnicodeScalarView(block.text.unicodeScalars.prefix(room)))
            }
            room -= block.text.unicodeScalars.count
            limited.append(block)
        }
        return limited
    }
}
