internal import CoreSystem

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
            verbsInside.contains { word.isEqual(to: $0) }
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
        let bytes = line.bytes
        guard bytes.count <= 120, let first = bytes.first, let last = bytes.last else {
            return false
        }
        let startsWithDash =
            first == UInt8(ascii: "-") || first == UInt8(ascii: "_") || first >= 0x80
        let endsWithColon = last == UInt8(ascii: ":") || last == UInt8(ascii: " ")
        guard startsWithDash || endsWithColon else { return false }
        let phrase = bytes.trimmed.smallLetters[...]
        if phrase.hasPrefix("---") || phrase.hasPrefix("___") || phrase.hasPrefix("–––")
            || phrase.hasPrefix("-- ")
        {
            let words = withoutDashes(phrase)
            return separators.contains { separator in
                words.hasPrefix(separator)
                    && (words.count == separator.utf8CodeUnitCount
                        || words.dropFirst(separator.utf8CodeUnitCount).first
                            == UInt8(ascii: " "))
            }
        }
        return phrase.last == UInt8(ascii: ":")
            && forwardBeginnings.contains { phrase.hasPrefix($0) }
    }

    private static func withoutDashes(_ phrase: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        // 0xE2 0x80 0x93 is an en dash, of which some programs make their rules.
        let isDash: (UInt8) -> Bool = {
            "-_ ".utf8.contains($0) || [0xE2, 0x80, 0x93].contains($0)
        }
        var rest = phrase.drop(while: isDash)
        while let last = rest.last, isDash(last) { rest = rest.dropLast() }
        return rest
    }

    private static let separators: [StaticString] = [
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

    private static let forwardBeginnings: [StaticString] = [
        "begin forwarded message", "anfang der weitergeleiteten", "début du message",
        "inicio del mensaje reenviado", "início da mensagem", "inizio messaggio inoltrato",
        "begin doorgestuurd bericht", "vidarebefordrat brev", "start på videresendt",
        "videresendt besked", "начало переадресованного",
    ]

    private static let longestLabel = 40

    enum HeaderRole { case from, date, to, subject, other }

    /// What the header line is for, if it is one: `From: ...`, `Von: ...`, `差出人: ...`.
    static func headerRole(of line: Line) -> HeaderRole? {
        let start = line.bytes.prefix(longestLabel)
        guard let end = colon(in: start.span) else { return nil }
        var label = start.prefix(end).trimmed
        guard !label.isEmpty else { return nil }
        if label.hasSuffix("\u{A0}") { label = label.dropLast(2) }
        let key = label.smallLetters.map { $0 == UInt8(ascii: " ") ? UInt8(ascii: "_") : $0 }
        guard let record = headerLabels.find(key[...]) else { return nil }
        return switch record.value.first {
        case UInt8(ascii: "F"): .from
        case UInt8(ascii: "D"): .date
        case UInt8(ascii: "S"): .subject
        case UInt8(ascii: "T"): .to
        default: .other
        }
    }

    /// Where the first colon of any width is.
    private static func colon(in octets: Span<UInt8>) -> Int? {
        let narrow = octets.first(UInt8(ascii: ":"), in: 0..<octets.count)
        var wide = octets.first(0xEF, in: 0..<narrow)
        while wide < narrow, !octets.has("：", at: wide) {
            wide = octets.first(0xEF, in: (wide + 1)..<narrow)
        }
        return wide < octets.count ? wide : nil
    }

    private static let headerLabels = StaticTable(headerLabelRecords)

    /// `_` is a blank; F from, D date, S subject, T to, O other.
    static let headerLabelRecords: StaticString = """
        a:T aan:T adjuntos:O aihe:S an:T anlagen:O antwort_an:O assunto:S asunto:S attachments:O \
        bcc:O betreff:S cc:O copia:O copie:O copie_à:O címzett:T da:F data:D date:D dato:D datum:D \
        de:F destinataire:T destinatario:T do:T dw:O dátum:D elküldve:D emne:S enviada_em:D \
        enviado:D enviado_el:D enviado_em:D envoyé:D envoyé_le:D expéditeur:F fecha:D feladó:F \
        fra:F from:F från:F gesendet:D gönderilme_tarihi:D importance:O inviato:D kimden:F kime:T \
        komu:T konu:S kopi:O kopia:O kopie:O lähetetty:D lähettäjä:F message-id:O message_du:D \
        mittente:F objet:S od:F odesláno:D odesílatel:F odosielateľ:F odoslané:D oggetto:S \
        onderwerp:S organization:O para:T per:T pièces_jointes:O predmet:S priority:O päivämäärä:D \
        předmět:S remitente:F reply-to:O responder_a:O répondre_à:O sendt:D sent:D skickat:D \
        subiect:S subject:S sujet:S tarih:D temat:S til:T till:T to:T tárgy:S van:F vastaanottaja:T \
        verzonden:D von:F wichtigkeit:O wysłane:D wysłano:D à:T ämne:S від:F дата:D кому:T копия:O \
        надіслано:D от:F от_кого:F отправлено:D тема:S אל:T מאת:F נושא:S נשלח:D 主旨:S 主題:S 主题:S 件名:S \
        副本:O 发件人:F 发送时间:D 宛先:T 寄件人:F 寄件日期:D 寄件者:F 差出人:F 抄送:O 收件人:T 收件者:T 日時:D 日期:D 送信日時:D 날짜:D \
        받는_사람:T 보낸_날짜:D 보낸_사람:F 보낸사람:F 제목:S
        """
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
