/// Finds what neither the sender nor the matter put there: disclaimers, list footers, banners.
///
/// Only whole paragraphs are taken: the first, if it warns of an external sender, and the last ones, as long
/// as each is a known kind of footer; and any paragraph that one of the operator's `OperatorPattern`s fits.
/// The paragraphs of an alert between them are out of reach.
enum Footer {
    static func mark(_ lines: inout [Line], disclaimers: [OperatorPattern]) {
        markListFooter(&lines)
        let paragraphs = paragraphs(of: lines)
        guard paragraphs.count > 1 else { return }
        if let first = paragraphs.first, isBanner(phrase(lines[first])) {
            lines.mark(first, .footer)
        }
        for paragraph in paragraphs.reversed() where lines[paragraph.lowerBound].kind == .body {
            guard isFooter(lines[paragraph]) else { break }
            lines.mark(paragraph, .footer)
        }
        if disclaimers.isEmpty { return }
        var budget = mostMatchedBytes
        for paragraph in paragraphs where lines[paragraph.lowerBound].kind == .body {
            let bytes = Array(lines[paragraph].map(\.bytes).joined(separator: [UInt8(ascii: " ")]))
            let text = String(decoding: bytes.prefix(longestParagraph), as: UTF8.self)
            budget -= text.utf8.count
            guard budget >= 0 else { return }
            if disclaimers.contains(where: { $0.matches(text) }) {
                lines.mark(paragraph, .disclaimer)
            }
        }
    }

    /// The runs of body lines without a blank line between them.
    private static func paragraphs(of lines: [Line]) -> [Range<Int>] {
        var paragraphs: [Range<Int>] = []
        var start: Int?
        for index in lines.indices {
            let isText = lines[index].kind == .body && !lines[index].isBlank
            if isText && start == nil { start = index }
            if !isText, let first = start {
                paragraphs.append(first..<index)
                start = nil
            }
        }
        if let start { paragraphs.append(start..<lines.count) }
        return paragraphs
    }

    /// Marks from a line of underscores on, if what follows is about a mailing list. Mailman puts it
    /// directly below the text, without a blank line.
    private static func markListFooter(_ lines: inout [Line]) {
        let end = lines.lastIndex { $0.kind == .body && !$0.isBlank } ?? 0
        let start = lines[...max(end, 0)].lastIndex {
            $0.kind == .body && $0.isRule && $0.bytes.count >= shortestListRule
        }
        guard let start, end - start <= mostListLines, lines.hasBody(in: 0..<start) else { return }
        let tail = phrase(lines[(start + 1)..<(end + 1)])
        if listWords.isFound(in: tail) { lines.mark(start..<(end + 1), .footer) }
    }

    private static func isFooter(_ paragraph: ArraySlice<Line>) -> Bool {
        if paragraph.allSatisfy({ $0.isRule || $0.bytes.isEqual(to: "--") }) { return true }
        let phrase = phrase(paragraph)
        guard phrase.count <= longestParagraph else { return false }
        return listWords.isFound(in: phrase) || virusWords.isFound(in: phrase)
            || secrecyWords.isFound(in: phrase) && mailWords.isFound(in: phrase)
    }

    private static func isBanner(_ phrase: [UInt8]) -> Bool {
        guard phrase.count <= longestBanner else { return false }
        if phrase[...].isEqual(to: "[external]") || phrase[...].isEqual(to: "[extern]") {
            return true
        }
        return outsideWords.isFound(in: phrase) && mailWords.isFound(in: phrase)
            && careWords.isFound(in: phrase)
    }

    /// The lines as one phrase in small letters.
    private static func phrase(_ lines: ArraySlice<Line>) -> [UInt8] {
        Array(lines.map(\.phrase).joined(separator: [UInt8(ascii: " ")]))
    }

    private static let shortestListRule = 20
    private static let mostListLines = 12
    private static let longestParagraph = 3_000
    private static let longestBanner = 700
    /// An SMS holds less than 4 KB, so what comes after this is cut off anyway.
    private static let mostMatchedBytes = 16_384

    // Words of what mail gateways, lists and scanners add, in small letters. Each kind of footer needs
    // words of two kinds, or one that nobody uses for anything else.
    private static let listWords = WordSearch([
        "unsubscribe", "mailing list", "mailing-list", "listinfo", "you are receiving this",
        "you received this message because", "manage your notification", "notification settings",
        "newsletter abbestellen", "vom newsletter abmelden", "désabonner", "désinscrire",
        "darse de baja", "cancelar la suscripción", "отписаться", "uitschrijven",
        "view it on github",
    ])
    private static let virusWords = WordSearch([
        "scanned for viruses", "checked for viruses", "virus-free", "been scanned by",
        "auf viren geprüft", "auf viren überprüft", "virenfrei", "absence de virus",
        "sans virus", "libre de virus", "non contiene virus", "проверено на вирусы",
    ])
    private static let secrecyWords = WordSearch([
        "confidential", "privileged", "vertraulich", "confidentiel", "confidencial", "riservat",
        "confidenzial", "vertrouwelijk", "poufne", "důvěrn", "конфиденциальн", "intended only",
        "consider the environment", "denken sie an die umwelt", "pensez à l'environnement",
    ])
    private static let mailWords = WordSearch([
        "email", "e-mail", "mail", "message", "nachricht", "sender", "absender", "expéditeur",
        "mensaje", "mensagem", "correo", "messaggio", "bericht", "wiadomość", "zpráv",
        "сообщени", "письм", "courriel",
    ])
    private static let outsideWords = WordSearch([
        "external", "outside", "externe", "extern ", "externen", "extérieur", "externo", "esterno",
        "esterna", "внешн", "zewnętrz",
    ])
    private static let careWords = WordSearch([
        "click", "link", "attachment", "caution", "warning", "recognize", "anhäng", "anlagen",
        "vorsicht", "achtung", "pièce", "lien", "prudence", "adjunto", "enlace", "allegat",
        "bijlage", "załącznik", "ссылк", "вложени",
    ])
}
