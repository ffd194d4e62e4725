/// The words with which mail programs introduce what they quote, by language.
///
/// Collected on 2026-11-21 from what Gmail, Outlook, Apple Mail, Thunderbird, Yahoo, Yandex and Lotus write
/// in their translations. All in small letters. A language that is missing here loses nothing: its
/// quotations are sent as text.
enum QuotationWords {
    enum VerbPlace { case atEnd, inside }

    /// Whether "wrote" stands in the phrase (in small ASCII letters), in any language.
    static func verb(in phrase: ArraySlice<UInt8>) -> VerbPlace? {
        var rest = phrase
        while let last = rest.last {
            if last == UInt8(ascii: ":") || last.isHTMLSpace {
                rest = rest.dropLast()
            } else if rest.hasSuffix("：") {
                rest = rest.dropLast(3)
            } else if rest.hasSuffix("\u{A0}") {
                rest = rest.dropLast(2)
            } else {
                break
            }
        }
        if verbsAtEnd.contains(where: { rest.hasSuffix($0) }) { return .atEnd }
        let hasVerb = rest.split(separator: UInt8(ascii: " ")).contains { word in
            verbsInside.contains { word.count == $0.utf8CodeUnitCount && word.hasSuffix($0) }
        }
        return hasVerb ? .inside : nil
    }

    /// Of languages that put who wrote behind the verb.
    private static let verbsInside: [StaticString] = [
        "schrieb", "schreibt", "schreef", "skrev", "skriver", "skrifaði", "írta", "wrote",
    ]

    private static let verbsAtEnd: [StaticString] = [
        "wrote", "writes", "schrieb", "schreibt", "écrit", "ecrit", "escribió", "escribio",
        "escreveu", "scritto", "scrisse", "schreef", "napisał", "napisała", "napisał(a)", "pisze",
        "skrev", "skriver", "skrifaði", "kirjoitti", "kirjutas", "написал", "написала",
        "написал(а)", "пишет", "писал", "писала", "написав", "пише", "написа", "napsal", "napsala",
        "napsal(a)", "napísal", "napisao", "je napisal", "írta", "a scris", "rašė", "έγραψε",
        "yazdı", "şunu yazdı", "va escriure", "menulis", "đã viết", "写道", "寫道", "のメール",
        "님이 작성", "wrote the following", "כתב", "כתבה", "كتب",
    ]

    /// Whether a line is `-----Original Message-----`, in some language, or begins a forward.
    static func isSeparator(_ line: Line) -> Bool {
        let bytes = line.text.utf8
        guard bytes.count <= 120, let first = bytes.first else { return false }
        let startsWithDash =
            first == UInt8(ascii: "-") || first == UInt8(ascii: "_") || first >= 0x80
        let endsWithColon = bytes.last == UInt8(ascii: ":") || bytes.last == UInt8(ascii: " ")
        guard startsWithDash || endsWithColon else { return false }
        let phrase = line.phrase
        if phrase.hasPrefix("---") || phrase.hasPrefix("___") || phrase.hasPrefix("–––")
            || phrase.hasPrefix("-- ")
        {
            let words = phrase.trimming { $0 == "-" || $0 == "_" || $0 == "–" || $0 == " " }
            return separators.contains { words == $0 || words.hasPrefix($0 + " ") }
        }
        return phrase.hasSuffix(":") && forwardBeginnings.contains { phrase.hasPrefix($0) }
    }

    private static let separators = [
        "original message", "original appointment", "ursprüngliche nachricht",
        "original-nachricht", "originalnachricht", "ursprüngliche mail", "message d'origine",
        "message d’origine", "message original", "mensaje original", "mensagem original",
        "messaggio originale", "oorspronkelijk bericht", "исходное сообщение",
        "оригинальное сообщение", "пересылаемое сообщение", "конец пересылаемого сообщения",
        "ursprungligt meddelande", "originalmeddelande", "oprindelig meddelelse",
        "opprinnelig melding", "alkuperäinen viesti", "oryginalna wiadomość",
        "wiadomość oryginalna", "původní zpráva", "pôvodná správa", "eredeti üzenet",
        "mesaj original", "orijinal ileti", "özgün ileti", "元のメッセージ", "原始邮件", "原始郵件",
        "원본 메시지", "forwarded message", "weitergeleitete nachricht", "message transféré",
        "mensaje reenviado", "mensagem encaminhada", "messaggio inoltrato",
        "doorgestuurd bericht", "vidarebefordrat meddelande", "videresendt meddelelse",
        "videresendt melding", "välitetty viesti", "przekazana wiadomość", "转发的邮件", "転送メッセージ",
    ]

    private static let forwardBeginnings = [
        "begin forwarded message", "anfang der weitergeleiteten", "début du message",
        "inicio del mensaje reenviado", "início da mensagem", "inizio messaggio inoltrato",
        "begin doorgestuurd bericht", "vidarebefordrat brev", "start på videresendt",
        "videresendt besked", "начало переадресованного",
    ]

    private static let longestLabel = 40

    enum HeaderRole { case from, date, to, subject, other }

    /// What the header line is for, if it is one: `From: ...`, `Von: ...`, `差出人: ...`.
    static func headerRole(of line: Line) -> HeaderRole? {
        var start = line.text.utf8.prefix(longestLabel + 2)
        while let first = start.first, first.isHTMLSpace || first == UInt8(ascii: "*") {
            start = start.dropFirst()
        }
        guard let end = start.firstIndex(where: { $0 == UInt8(ascii: ":") || $0 == 0xEF }) else {
            return nil
        }
        let isWide = start[end] == 0xEF  // the first byte of U+FF1A
        let colon: Character = isWide ? "：" : ":"
        guard !isWide || line.text.contains(colon) else { return nil }
        let label = Substring(start[..<end]).lowercased()
            .trimming { $0 == " " || $0 == "*" || $0 == "\u{A0}" }
        guard !label.isEmpty else { return nil }
        return switch label {
        case "from", "von", "de", "da", "van", "od", "från", "fra", "от", "от кого", "від",
            "lähettäjä", "kimden", "feladó", "odesílatel", "odosielateľ", "expéditeur", "mittente",
            "remitente", "发件人", "寄件者", "寄件人", "差出人", "보낸 사람", "보낸사람", "מאת":
            .from
        case "sent", "date", "gesendet", "datum", "envoyé", "envoyé le", "enviado", "enviado el",
            "enviada em", "enviado em", "fecha", "data", "inviato", "verzonden", "wysłano",
            "wysłane", "odesláno", "odoslané", "skickat", "sendt", "dato", "отправлено", "дата",
            "надіслано", "lähetetty", "päivämäärä", "gönderilme tarihi", "tarih", "elküldve",
            "dátum", "message du", "发送时间", "日期", "寄件日期", "送信日時", "日時", "보낸 날짜", "날짜", "נשלח":
            .date
        case "subject", "betreff", "objet", "sujet", "asunto", "assunto", "oggetto", "onderwerp",
            "temat", "předmět", "predmet", "ämne", "emne", "тема", "aihe", "konu", "tárgy",
            "subiect", "主题", "主題", "主旨", "件名", "제목", "נושא":
            .subject
        case "to", "an", "à", "a", "para", "per", "aan", "do", "komu", "till", "til", "кому",
            "vastaanottaja", "kime", "címzett", "destinataire", "destinatario", "收件人", "收件者",
            "宛先", "받는 사람", "אל":
            .to
        case "cc", "bcc", "kopie", "copie", "copie à", "copia", "kopia", "dw", "копия", "kopi",
            "reply-to", "antwort an", "répondre à", "responder a", "attachments", "anlagen",
            "pièces jointes", "adjuntos", "importance", "wichtigkeit", "priority", "抄送", "副本",
            "message-id", "organization":
            .other
        default: nil
        }
    }
}

extension ArraySlice<UInt8> {
    func hasSuffix(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { wanted in
            guard count >= wanted.count else { return false }
            return unsafe suffix(wanted.count).elementsEqual(wanted)
        }
    }
}

extension StringProtocol {
    /// Without the characters at both ends that `isUseless` names.
    func trimming(_ isUseless: (Character) -> Bool) -> String {
        var rest = self[...]
        while let first = rest.first, isUseless(first) { rest = rest.dropFirst() }
        while let last = rest.last, isUseless(last) { rest = rest.dropLast() }
        return String(rest)
    }
}
