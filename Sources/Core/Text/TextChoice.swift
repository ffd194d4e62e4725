internal import CoreMail

/// Decides which leaves of a message are its text, as a reader that shows plain text first would.
///
/// - Attachments and named files are no text, unless there is nothing else.
/// - multipart/alternative: the first text/plain that says something, else the HTML.
/// - An opaque S/MIME signature is looked into; what is encrypted has no text.
/// - multipart/related: the root, which `start` names, else the first. multipart/signed and
///   multipart/report: the first part. multipart/encrypted: none.
/// - any other multipart: the first part with text, and after it the inline texts that follow (Apple Mail
///   cuts a text around its pictures; lists add their footer as a part).
/// - If that finds nothing: text/enriched, then TNEF's text, then an invitation's summary, then what stands
///   in attached text and attached messages.
struct TextChoice {
    /// What was chosen, in the order of the message. Empty when there is no text at all.
    private(set) var texts: [LeafText] = []

    private let options: TextOptions

    init(in message: Message, options: TextOptions) {
        self.options = options
        for source in Source.allCases {
            texts = choose(from: message.root, source)
            if !texts.isEmpty { return }
        }
    }

    /// Where text is looked for, best first.
    private enum Source: CaseIterable {
        case inline, enriched, tnef, invitation, anywhere
    }

    private func choose(from part: Part, _ source: Source) -> [LeafText] {
        switch part.content {
        case .leaf:
            if let signed = part.signedMessage { return choose(from: signed.root, source) }
            guard let text = read(part, source), !text.isBlank else { return [] }
            return [text]
        case .message(let message):
            return source == .anywhere ? choose(from: message.root, source) : []
        case .multipart(let children):
            return choose(from: children, of: part, source)
        }
    }

    private func choose(from children: [Part], of part: Part, _ source: Source) -> [LeafText] {
        switch part.mediaType.essence {
        case "multipart/encrypted":
            return []
        case "multipart/alternative":
            return chooseAlternative(children, source)
        case "multipart/related":
            return first(of: rootFirst(children, start: part.mediaType.parameters["start"]), source)
        case "multipart/signed", "multipart/report":
            return first(of: children, source)
        default:
            return chooseAll(children, source)
        }
    }

    private func first(of parts: some Sequence<Part>, _ source: Source) -> [LeafText] {
        for part in parts {
            let texts = choose(from: part, source)
            if !texts.isEmpty { return texts }
        }
        return []
    }

    /// RFC 2046 §5.1.4 says that the last alternative is the best; an SMS is plain text, so here the
    /// plain one is.
    private func chooseAlternative(_ children: [Part], _ source: Source) -> [LeafText] {
        var html: [LeafText] = []
        var placeholder: [LeafText] = []
        for child in children {
            let texts = choose(from: child, source)
            guard let first = texts.first else { continue }
            if first.isHTML {
                if html.isEmpty { html = texts }
            } else if first.isPlaceholder {
                if placeholder.isEmpty { placeholder = texts }
            } else {
                return texts
            }
        }
        return html.isEmpty ? placeholder : html
    }

    /// RFC 2387 §3.2: the root is the part whose Content-ID `start` names, else the first.
    private func rootFirst(_ children: [Part], start: String?) -> [Part] {
        guard let start = start?.trimming({ "<> ".contains($0) }), !start.isEmpty,
            let root = children.firstIndex(where: { $0.contentID == start })
        else { return children }
        return [children[root]] + children[..<root] + children[(root + 1)...]
    }

    /// The texts of all parts, up to the limit, the same text once.
    private func chooseAll(_ children: [Part], _ source: Source) -> [LeafText] {
        guard source == .inline else { return first(of: children, source) }
        var texts: [LeafText] = []
        var seen: Set<[UInt8]> = []
        var byteCount = 0
        for child in children where byteCount < options.limit {
            for text in choose(from: child, source) {
                if !seen.insert(text.essence).inserted { continue }
                byteCount += text.bytes.count
                texts.append(text)
            }
        }
        return texts
    }

    // MARK: - Leaves

    private func read(_ part: Part, _ source: Source) -> LeafText? {
        let essence = part.mediaType.essence
        // A multipart in which no part was found is read as text (RFC 2045 §5.2).
        if part.mediaType.isMultipart {
            return source == .inline || source == .anywhere ? LeafText(plain: part, options) : nil
        }
        switch source {
        case .inline where part.isAttachment: return nil
        case .inline, .anywhere:
            if essence == "text/html" || essence == "application/xhtml+xml" {
                return LeafText(html: part, options)
            }
            guard part.mediaType.isText, !Self.isNoText(essence) else { return nil }
            return LeafText(plain: part, options)
        case .enriched:
            guard !part.isAttachment, essence == "text/enriched" || essence == "text/richtext"
            else {
                return nil
            }
            return LeafText(enriched: part, options)
        case .tnef:
            return essence == "application/ms-tnef" || essence == "application/vnd.ms-tnef"
                ? LeafText(tnef: part, options) : nil
        case .invitation:
            return essence == "text/calendar" ? LeafText(calendar: part, options) : nil
        }
    }

    /// Text for programs. A text/x that is not known is read as text/plain (RFC 2046 §4.1.4).
    private static func isNoText(_ essence: String) -> Bool {
        switch essence {
        case "text/calendar", "text/x-vcard", "text/vcard", "text/directory", "text/css",
            "text/csv",
            "text/rfc822-headers", "text/x-amp-html", "text/xml", "text/enriched", "text/richtext",
            "text/rtf", "text/javascript":
            true
        default: false
        }
    }

    /// How many inline leaves of text/plain or text/html are shown; alternatives count as the richest.
    static func inlineCount(in part: Part) -> Int {
        switch part.content {
        case .message: return 0
        case .leaf:
            let essence = part.mediaType.essence
            let isText = essence == "text/plain" || essence == "text/html"
            return isText && !part.isAttachment ? 1 : 0
        case .multipart(let children):
            let counts = children.map(inlineCount(in:))
            return part.mediaType.essence == "multipart/alternative"
                ? counts.max() ?? 0 : counts.reduce(0, +)
        }
    }
}
