/// Finds the sender's signature: from the line `-- ` on, and a phone's "Sent from my ...".
///
/// Where the author's name or address stands (`Author`), these count too, at the very end: a closing
/// (`Regards,` and a name), and a block of nothing but a name and addresses. A separator that lost its blank
/// (`--`) counts before a short tail that the author signs, or in an answer, but never in mail of a machine:
/// there it separates facts. Lines of dashes, `--ALERT--` and the like are no separators.
///
/// It never takes the whole text. An alert may end in a caller's name and number, so whatever might be the
/// matter stays: text that is sent needlessly costs less than a fact that is not sent.
enum Signature {
    static func mark(_ lines: inout [Line], _ author: Author) {
        markSeparated(&lines, author)
        markMobileFooter(&lines)
        markClosing(&lines, author)
        markRules(&lines)
    }

    /// Marks a last paragraph that closes a letter.
    private static func markClosing(_ lines: inout [Line], _ author: Author) {
        guard let last = lines.lastIndex(where: { $0.kind == .body && !$0.isBlank }) else { return }
        var first = last
        while first > 0, lines[first - 1].kind == .body, !lines[first - 1].isBlank { first -= 1 }
        let paragraph = first..<(last + 1)
        guard paragraph.count <= mostClosingLines, lines.hasBody(in: 0..<first) else { return }
        guard lines[paragraph].contains(where: author.signs) else { return }
        if isClosing(lines[paragraph]) || isContact(lines[paragraph]) {
            lines.mark(paragraph, .signature)
        }
    }

    /// `Regards,` and names: short lines without a digit, so without a fact.
    private static func isClosing(_ lines: ArraySlice<Line>) -> Bool {
        guard let first = lines.first, lines.count > 1 else { return false }
        let phrase = first.phrase.filter { !",.!".utf8.contains($0) }[...]
        guard closings.contains(where: { phrase.isEqual(to: $0) }) else { return false }
        return lines.allSatisfy { line in
            line.bytes.count <= longestName
                && !line.bytes.contains { $0.isASCIIDigit || $0 == UInt8(ascii: ":") }
        }
    }

    /// A name, then only addresses: mail, telephone, web, two kinds of them at least.
    private static func isContact(_ lines: ArraySlice<Line>) -> Bool {
        guard let name = lines.first, lines.count > 2, name.bytes.count <= longestName,
            !name.bytes.contains(where: { $0.isASCIIDigit || $0 == UInt8(ascii: ":") })
        else { return false }
        var kinds: Set<Character> = []
        for line in lines.dropFirst() {
            let phrase = line.phrase[...]
            if phrase.contains(UInt8(ascii: " "))
                && phrase.contains(where: { $0.isASCIILetter || $0 >= 0x80 })
            {
                return false
            }
            if phrase.contains(UInt8(ascii: "@")) {
                kinds.insert("@")
            } else if phrase.hasPrefix("www.") || phrase.hasPrefix("http") {
                kinds.insert("w")
            } else if phrase.allSatisfy({ $0.isASCIIDigit || " ()+-./".utf8.contains($0) }) {
                kinds.insert("t")
            } else {
                return false
            }
        }
        return kinds.count > 1
    }

    /// Marks lines of dashes and stars at the end, which close nothing off any more.
    private static func markRules(_ lines: inout [Line]) {
        guard lines.contains(where: { $0.kind == .body && !$0.isBlank && !$0.isRule }) else {
            return
        }
        for index in lines.indices.reversed() where lines[index].kind == .body {
            if lines[index].isBlank { continue }
            // U+1427 is what trackers of opened mail leave behind.
            let text = lines[index].bytes
            guard
                lines[index].isRule || text.isEqual(to: "--")
                    || text.isEqual(to: "\u{1427}")
            else { return }
            lines[index].kind = .signature
        }
    }

    /// RFC 3676 §4.3: the separator is two hyphens and a blank, alone on a line.
    private static func markSeparated(_ lines: inout [Line], _ author: Author) {
        var start: Int?
        var isExact = false
        for index in lines.indices where lines[index].kind == .body {
            let text = lines[index].bytes
            guard text.first == UInt8(ascii: "-"), text.count <= 3 else { continue }
            if text.isEqual(to: "-- ") {
                start = index
                isExact = true
                break
            }
            // Of the loose ones the last counts.
            if text.isEqual(to: "--") || text.isEqual(to: "--\t") { start = index }
        }
        guard let start, lines.hasBody(in: 0..<start) else { return }
        let end = lines[start...].firstIndex { $0.kind == .quote } ?? lines.count
        if !isExact {
            let tail = lines[start..<end]
            guard !author.isMachine,
                lines.contains(where: \.isMarkedAsQuoted) || tail.contains(where: author.signs),
                tail.count(where: { !$0.isBlank }) <= mostLooseLines,
                tail.reduce(0, { $0 + $1.bytes.count }) <= mostLooseBytes
            else { return }
        }
        lines.mark(start..<end, .signature)
    }

    /// Marks "Sent from my iPhone" where it is the last thing said, before a quotation or at the end.
    private static func markMobileFooter(_ lines: inout [Line]) {
        guard let last = lines.lastIndex(where: { $0.kind == .body && !$0.isBlank }),
            lines.hasBody(in: 0..<last)
        else { return }
        if isMobileFooter(lines[last]) { lines[last].kind = .signature }
    }

    static func isMobileFooter(_ line: Line) -> Bool {
        guard line.bytes.count <= longestMobileFooter, mayBeMobileFooter(line.bytes.trimmed) else {
            return false
        }
        let phrase = line.phrase[...]
        if mobileBeginnings.contains(where: { phrase.hasPrefix($0) }) { return true }
        // "Sent from hall 4" is where an alarm comes from.
        let saysSent =
            sentBeginnings.contains { phrase.hasPrefix($0) }
            || sentEnds.contains { phrase.hasSuffix($0) }
        return saysSent && mobileWords.isFound(in: Array(phrase))
    }

    /// Whether a line begins or ends as one of the phrases does: most do not, and need no small letters.
    private static func mayBeMobileFooter(_ text: ArraySlice<UInt8>) -> Bool {
        guard let first = text.first, let last = text.last else { return false }
        return first >= 0x80 || last >= 0x80 || mobileFirstLetters.contains(first.asciiLowercased)
    }

    /// Of `mobileBeginnings` and `sentBeginnings`, those that are ASCII.
    private static let mobileFirstLetters = Set(
        (mobileBeginnings + sentBeginnings).compactMap { words in
            words.withUTF8Buffer { unsafe $0.first }
        })

    private static let mostLooseLines = 8
    private static let mostLooseBytes = 400
    private static let longestMobileFooter = 90
    private static let mostClosingLines = 5
    private static let longestName = 40

    private static let closings: [StaticString] = [
        "regards", "best regards", "kind regards", "warm regards", "best", "cheers", "thanks",
        "thank you", "many thanks", "thanks and regards", "sincerely", "yours sincerely",
        "mfg", "mit freundlichen grüßen", "freundliche grüße", "viele grüße", "liebe grüße", "gruß",
        "grüße", "danke", "vielen dank", "cordialement", "bien cordialement", "merci",
        "salutations", "saludos", "un saludo", "gracias", "atenciosamente", "obrigado", "obrigada",
        "cordiali saluti", "grazie", "saluti", "met vriendelijke groet", "groeten", "bedankt",
        "pozdrawiam", "z poważaniem", "med vänliga hälsningar", "mvh", "hälsningar", "hilsen",
        "med venlig hilsen", "terveisin", "с уважением", "спасибо", "s pozdravem",
    ]

    /// What phones and programs put below a message, read in their translations on 2026-11-21.
    private static let mobileBeginnings: [StaticString] = [
        "sent from my ", "sent with my ", "get outlook for ", "téléchargez outlook",
        "enviado desde mi ", "obtener outlook", "envoyé de mon ", "outlook für ",
        "holen sie sich outlook", "发自我的", "從我的", "从我的", "iphone'umdan", "iphone’umdan",
    ]
    /// Of what also says where something else comes from: only with one of `mobileWords`.
    private static let sentBeginnings: [StaticString] = [
        "sent from ", "sent via ", "sent with ", "von meine", "gesendet von ", "gesendet mit ",
        "envoyé depuis ", "envoyé à partir ", "enviado desde ", "enviado do meu ", "enviado de ",
        "inviato da", "verstuurd vanaf ", "verzonden vanaf ", "отправлено с ", "отправлено из ",
        "skickat från ", "sendt fra ", "sendt med ", "lähetetty ", "wysłane z ", "wysłano z ",
        "odesláno z ", "odesláno ze ", "надіслано з ", "trimis de pe ", "küldve ",
    ]
    private static let sentEnds: [StaticString] = ["から送信", "에서 보냄"]
    /// Makers, programs, and "my" in some languages.
    private static let mobileWords = WordSearch([
        "iphone", "ipad", "ipod", "android", "blackberry", "samsung", "galaxy", "huawei", "xiaomi",
        "redmi", "oneplus", "google pixel", "nokia", "sony", "xperia", "motorola", "htc",
        "smartphone", "handy", "mobile device", "mobile phone", "mobiltelefon", "outlook",
        "mail for windows", "mail für windows", "yahoo", "gmx", "web.de", "proton mail",
        "protonmail", "thunderbird", "sparrow", "bluemail", "aquamail", "k-9", "mijn ", "meinem ",
        "mojego ", "meu ", "mio ", "моего ", "айфон", "почты",
    ])
}
