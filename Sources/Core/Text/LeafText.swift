internal import CoreMail
internal import CoreSystem

/// The text of one leaf, its format undone.
struct LeafText: Sendable {
    /// UTF-8, LF line ends, no controls but TAB and LF; blanks at the ends of lines are still there.
    let bytes: [UInt8]
    /// One for each line of text that was HTML. Empty for plain text.
    let quotations: [HTMLText.Quotation]
    let section: String
    let isHTML: Bool
    let defects: [Defect]

    private init(
        _ bytes: [UInt8], quotations: [HTMLText.Quotation] = [], of part: Part,
        isHTML: Bool = false,
        defects: [Defect]
    ) {
        self.bytes = bytes
        self.quotations = quotations
        section = part.path.isEmpty ? "1" : part.path
        self.isHTML = isHTML
        self.defects = defects
    }

    /// A text/plain, or what is read as one.
    init(plain part: Part, _ options: TextOptions) {
        var decoded = part.decodedText(
            limit: options.limit, defaultCharset: options.defaultCharset)
        if decoded.defects.contains(where: { $0.kind == .textCut }),
            decoded.text.utf8.allSatisfy(\.isHTMLSpace)
        {
            // QUIRK: a program that fills pages with empty lines has its text behind them.
            decoded = part.decodedText(
                limit: Self.farthest, defaultCharset: options.defaultCharset)
        }
        var text = decoded.text.withLineFeeds
        if part.mediaType.isMultipart, let boundary = part.mediaType.parameters["boundary"] {
            text = text.cut(atLine: Array("--\(boundary)--".utf8))
        }
        let parameters = part.mediaType.parameters
        if part.mediaType.essence == "text/plain", parameters["format"]?.isWord("flowed") == true {
            text = FormatFlowed.unfold(text, delsp: parameters["delsp"]?.isWord("yes") == true)
        }
        self.init(text, of: part, defects: decoded.defects)
    }

    init(html part: Part, _ options: TextOptions) {
        var charset = options.defaultCharset
        if part.charset == nil, let declared = HTMLCharset.declared(in: part) { charset = declared }
        let decoded = part.decodedText(limit: HTMLText.mostInput, defaultCharset: charset)
        let html = HTMLText(decoded.text, links: options.links, limit: options.limit)
        self.init(
            html.bytes, quotations: html.quotations, of: part, isHTML: true,
            defects: decoded.defects
        )
    }

    init(enriched part: Part, _ options: TextOptions) {
        let decoded = part.decodedText(
            limit: options.limit, defaultCharset: options.defaultCharset)
        let isRich = part.mediaType.essence == "text/richtext"
        self.init(
            EnrichedText.plain(from: decoded.text.withLineFeeds, isRichText: isRich), of: part,
            defects: decoded.defects)
    }

    /// The text in Outlook's winmail.dat; nil when there is none.
    init?(tnef part: Part, _ options: TextOptions) {
        guard let tnef = TNEF(parsing: part.decodedBody()) else { return nil }
        if let text = tnef.text {
            self.init(text.withLineFeeds, of: part, defects: [])
        } else if let source = tnef.html {
            let html = HTMLText(source, links: options.links, limit: options.limit)
            self.init(
                html.bytes, quotations: html.quotations, of: part, isHTML: true,
                defects: [])
        } else {
            return nil
        }
    }

    init(calendar part: Part, _ options: TextOptions) {
        let decoded = part.decodedText(
            limit: options.limit, defaultCharset: options.defaultCharset)
        self.init(
            Array(
                Invitation.plain(from: String(decoding: decoded.text.withLineFeeds, as: UTF8.self))
                    .utf8), of: part, defects: decoded.defects)
    }

    /// The text, line by line.
    var plainLines: [Line] { Line.lines(of: bytes, quotations: quotations) }

    /// What a reader is shown, line by line. HTML that is sent as text/plain, as devices do, is read as
    /// HTML here: nobody wants its source in an SMS.
    var lines: [Line] {
        if !isHTML, bytes.looksLikeHTML {
            let html = HTMLText(String(decoding: bytes, as: UTF8.self))
            if !html.bytes.isEmpty {
                return Line.lines(of: html.bytes, quotations: html.quotations)
            }
        }
        if isHTML { return plainLines }
        // A file in the text is an attachment of the time before MIME.
        return Line.lines(of: Uuencode.naming(filesIn: bytes))
    }

    /// Nothing to see: white space, and characters of no width.
    var isBlank: Bool {
        if bytes.contains(where: { (0x21...0x7E).contains($0) }) { return false }
        return String(decoding: bytes, as: UTF8.self).unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0x200B...0x200D, 0x2060, 0xFEFF, 0xAD, 0x034F: true
            default: scalar.properties.isWhitespace
            }
        }
    }

    /// Letters, digits and all that is not ASCII, to see whether two leaves say the same.
    var essence: [UInt8] { bytes.filter { $0.isASCIILetterOrDigit || $0 >= 0x80 } }

    /// A short text which only says that the matter is in the HTML beside it.
    var isPlaceholder: Bool {
        guard bytes.count <= Self.longestPlaceholder else { return false }
        let phrase = bytes.map { $0.isHTMLSpace ? UInt8(ascii: " ") : $0 }.smallLetters
        return Self.formWords.isFound(in: phrase) && Self.placeholderWords.isFound(in: phrase)
    }

    private static let longestPlaceholder = 400
    /// Where text is looked for behind white space that fills the limit.
    private static let farthest = 1_048_576
    /// What such texts say beside "HTML", in small letters, in the languages seen.
    private static let placeholderWords = WordSearch([
        "support", "not display", "view this", "view the", "to view", "enable", "capable",
        "compatible", "html version", "html format", "html e-mail", "html email", "html mail",
        "html message", "online version", "unterstütz", "anzeigen", "darstell", "html-fähig",
        "html-ansicht", "affich", "prend pas en charge", "supporte pas", "visualiz", "soporta",
        "suporta", "weergeven", "ondersteun", "поддержива", "просмотр", "obsług", "wyświetl",
        "zobraz", "podporuj", "stöd", "støtte", "tue html",
    ])
    private static let formWords = WordSearch(["html", "browser"])
}

extension String {
    /// As UTF-8, with CRLF and CR made LF, a byte order mark in front and controls but TAB and LF left out.
    fileprivate var withLineFeeds: [UInt8] {
        let octets = utf8.span
        if octets.isPlainText { return Array(utf8).withLineFeeds }
        var output: [UInt8] = []
        output.append(addingCapacity: octets.count) { output in
            var previous: UInt8 = 0
            for index in octets.indices {
                let byte = octets[index]
                switch byte {
                case 0x20...0x7E, 0x09, 0xA0...0xFF: output.append(byte)
                case 0x0A: if previous != 0x0D { output.append(byte) }
                case 0x0D: output.append(0x0A)
                case 0x80...0x9F where previous != 0xC2: output.append(byte)
                case 0x80...0x9F: _ = output.removeLast()  // U+0080 to U+009F
                default: break
                }
                previous = byte
            }
        }
        if output.starts(with: [0xEF, 0xBB, 0xBF]) { output.removeFirst(3) }
        return output
    }

    fileprivate func isWord(_ word: StaticString) -> Bool {
        utf8.drop { $0.isHTMLSpace }.prefix { !$0.isHTMLSpace && $0 != UInt8(ascii: ";") }
            .equalsIgnoringCase(word)
    }
}

extension Span<UInt8> {
    /// Whether there is nothing but ASCII that is shown, TAB and line ends.
    fileprivate var isPlainText: Bool {
        // Without a branch, so that the compiler looks at 16 octets at once.
        var others: UInt8 = 0
        for index in indices {
            let octet = self[index]
            let isShown: UInt8 = octet &- 0x20 <= 0x5E ? 1 : 0
            let isTabOrLineFeed: UInt8 = octet &- 0x09 <= 1 ? 1 : 0
            let isReturn: UInt8 = octet == 0x0D ? 1 : 0
            others |= 1 ^ (isShown | isTabOrLineFeed | isReturn)
        }
        return others == 0
    }
}

extension [UInt8] {
    /// With CRLF and CR made LF, line by line.
    fileprivate var withLineFeeds: [UInt8] {
        let octets = span
        var end = octets.first(0x0D, in: 0..<count)
        if end == count { return self }
        var output: [UInt8] = []
        output.reserveCapacity(count)
        var start = 0
        while end < count {
            output += self[start..<end]
            output.append(0x0A)
            start = end + 1
            if start < count, octets[start] == 0x0A { start += 1 }
            end = octets.first(0x0D, in: start..<count)
        }
        output += self[start...]
        return output
    }

    /// What stands before the first line that begins with `end`.
    fileprivate func cut(atLine end: [UInt8]) -> [UInt8] {
        var start = startIndex
        while start < endIndex {
            if self[start...].starts(with: end) { return Array(self[..<start]) }
            start = self[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? endIndex
        }
        return self
    }

    /// Whether the text begins as an HTML document does.
    fileprivate var looksLikeHTML: Bool {
        let start = drop { $0.isHTMLSpace }.prefix(14)
        return start.prefix(5).equalsIgnoringCase("<html")
            || start.equalsIgnoringCase("<!doctype html")
    }
}
