/// Finds the sender's signature: from the line `-- ` on, and a phone's "Sent from my ...".
///
/// A closing (`Regards,` and a name) and a block of nothing but a name and addresses count too, at the very
/// end. It never takes the whole text. A separator that lost its blank (`--`) counts only before a short tail,
/// and not in mail that a machine sent: there it separates facts. Lines of dashes, `--ALERT--` and the
/// like are no separators.
enum Signature {
    static func mark(_ lines: inout [Line], isFromMachine: Bool) {
        markSeparated(&lines, isFromMachine: isFromMachine)
        markMobileFooter(&lines)
        markClosing(&lines)
        markRules(&lines)
    }

    /// Marks a last paragraph that closes a letter.
    private static func markClosing(_ lines: inout [Line]) {
        guard let last = lines.lastIndex(where: { $0.kind == .body && !$0.isBlank }) else { return }
        var first = last
        while first > 0, lines[first - 1].kind == .body, !lines[first - 1].isBlank { first -= 1 }
        let paragraph = first..<(last + 1)
        guard paragraph.count <= mostClosingLines, lines.hasBody(in: 0..<first) else { return }
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
    private static func markSeparated(_ lines: inout [Line], isFromMachine: Bool) {
        var start: Int?
        var isExact = false
        for index in lines.indices where lines[index].kind == .body {
            let text = lines[index].bytes
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
            guard !isFromMachine,
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
        guard line.bytes.count <= longestMobileFooter else { return false }
        let phrase = line.phrase[...]
        return mobileBeginnings.contains { phrase.hasPrefix($0) }
            || mobileEnds.contains { phrase.hasSuffix($0) }
    }

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
        "sent from my ", "sent from mail for windows", "sent from outlook", "sent from yahoo",
        "sent from samsung", "sent from a mobile", "sent via ", "sent with ", "get outlook for ",
        "von meinem ", "gesendet von ", "gesendet mit ", "gesendet von meinem", "envoyé de mon ",
        "envoyé depuis ", "envoyé à partir ", "téléchargez outlook", "enviado desde mi ",
        "enviado desde ", "enviado do meu ", "enviado de ", "obtener outlook", "inviato da ",
        "verstuurd vanaf ", "verzonden vanaf ", "отправлено с ", "отправлено из ", "skickat från ",
        "sendt fra ", "sendt med ", "lähetetty ", "wysłane z ", "wysłano z ", "odesláno z ",
        "odesláno ze ", "outlook für ", "holen sie sich outlook", "发自我的", "從我的", "从我的",
        "надіслано з ", "trimis de pe ", "iphone'umdan", "küldve ",
    ]
    private static let mobileEnds: [StaticString] = [
        "から送信", "에서 보냄", "gesendet", "iphone’umdan gönderildi",
    ]
}
