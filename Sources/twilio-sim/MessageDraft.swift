import CoreSMS
import CoreSystem

/// The rules of creating a message: a form in, a message or the provider's refusal out.
///
/// Checks run in the provider's order as far as it is known: the three required parameters first,
/// then their values, then the options, then the magic numbers. Parameters that the provider
/// ignores when it does not know them are ignored here. Not checked: whether a media URL can be
/// fetched, whether a messaging service or a template exists.
struct MessageDraft {
    let settings: Settings
    let account: String
    let grant: Credentials.Grant
    let now: Timestamp
    /// The numbers that answered STOP.
    let optOuts: Set<String>

    struct Settings: Sendable {
        /// The sender numbers of the account. Empty: any well-formed sender.
        var numbers: Set<String> = []
        /// A trial account: each text gets a prefix.
        var isTrial = false
    }

    /// UTF-16 code units, so that an emoji counts as two.
    static let bodyLimit = 1600
    static let mediaLimit = 10
    static let trialPrefix = "Sent from your Twilio trial account - "

    func message(from form: Form) throws(ProviderError) -> StoredMessage {
        guard let to = form.text("To") else { throw .missingTo }
        let service = form.text("MessagingServiceSid")
        guard form.text("From") != nil || service != nil else { throw .missingFrom }
        let body = try checkedBody(form)
        let media = try checkedMedia(form)
        try check(recipient: to)
        if let service, !SID.isWellFormed(service, "MG") {
            throw .badValue(21705, "MessagingServiceSid", "it is MG and 32 hexadecimal digits")
        }
        if let sender = form.text("From") { try check(sender: sender, recipient: to) }
        let options = MessageOptions(form: form, now: now)
        try options.check()
        let sendAt = try options.scheduledTime(hasService: service != nil)
        let outcome = try checkedOutcome(to: to, viaService: service != nil)
        let text = settings.isTrial ? Self.trialPrefix + body : body
        return StoredMessage(
            sid: SID.make(media.isEmpty ? "SM" : "MM"), accountSID: account, to: to,
            sender: form.text("From"), serviceSID: service, text: text,
            segments: max(1, SegmentCount(text).segments), media: media, createdAt: now,
            sendAt: sendAt,
            outcome: outcome, callback: form.text("StatusCallback"))
    }

    private func checkedBody(_ form: Form) throws(ProviderError) -> String {
        let body = form["Body"] ?? ""
        if !body.contains(where: { !$0.isWhitespace }), form.all("MediaUrl").isEmpty,
            form.text("ContentSid") == nil
        {
            throw form["Body"] == nil ? .missingContent : .missingBody
        }
        guard body.utf16.count <= Self.bodyLimit else { throw .bodyTooLong }
        return body
    }

    private func checkedMedia(_ form: Form) throws(ProviderError) -> [StoredMessage.Media] {
        let urls = form.all("MediaUrl")
        guard urls.count <= Self.mediaLimit else {
            throw .badValue(21623, "MediaUrl", "at most \(Self.mediaLimit) of them")
        }
        var media: [StoredMessage.Media] = []
        for url in urls {
            guard WebAddress(parsing: url) != nil else {
                throw .badValue(21620, "MediaUrl", "\(url) is not an http or https URL")
            }
            media.append(.init(sid: SID.make("ME"), url: url, type: MediaKind.type(of: url)))
        }
        return media
    }

    private func check(recipient: String) throws(ProviderError) {
        if (3...6).contains(recipient.utf8.count), recipient.utf8.allSatisfy(\.isDigit) {
            throw ProviderError(400, 21265, "The 'To' number cannot be a Short Code: \(recipient)")
        }
        guard recipient.isE164 else {
            throw ProviderError(
                400, 21211, "The 'To' number \(recipient) is not a valid phone number.")
        }
        if let refusal = MagicNumber.refusal(to: recipient), refusal.code == 21211 {
            throw refusal
        }
    }

    private func check(sender: String, recipient: String) throws(ProviderError) {
        if let refusal = MagicNumber.refusal(from: sender) { throw refusal }
        guard sender != recipient else {
            throw ProviderError(
                400, 21266, "The 'To' and 'From' numbers cannot be the same: \(sender)")
        }
        guard sender.isE164 || sender.isShortCode || sender.isAlphanumericSender else {
            throw ProviderError(
                400, 21212,
                "The 'From' number \(sender) is not a valid phone number, short code,"
                    + " or alphanumeric sender ID.")
        }
        let owned =
            grant == .test
            ? sender == StoredMessage.servicePoolNumber
            : settings.numbers.isEmpty || settings.numbers.contains(sender)
                || sender == StoredMessage.servicePoolNumber
        guard owned else {
            throw ProviderError(
                400, 21606,
                "The 'From' phone number \(sender) is not a valid message-capable"
                    + " Twilio phone number for this account.")
        }
    }

    /// With a messaging service most checks on the recipient run after creation.
    private func checkedOutcome(
        to recipient: String, viaService: Bool
    ) throws(ProviderError) -> Outcome {
        let found =
            optOuts.contains(recipient)
            ? .optedOut : MagicNumber.refusal(to: recipient)
        guard let refusal = found else { return MagicNumber.outcome(to: recipient) }
        guard viaService, let code = refusal.code else { throw refusal }
        return .failed(code: code)
    }
}

extension String {
    /// `+`, a digit that is not 0, and 6 to 14 more.
    fileprivate var isE164: Bool {
        let digits = utf8.dropFirst()
        return first == "+" && digits.first != UInt8(ascii: "0")
            && (7...15).contains(digits.count) && digits.allSatisfy(\.isDigit)
    }

    fileprivate var isShortCode: Bool {
        (3...8).contains(utf8.count) && utf8.allSatisfy(\.isDigit)
    }

    /// At most 11 characters, one of them a letter.
    fileprivate var isAlphanumericSender: Bool {
        (1...11).contains(utf8.count) && utf8.contains(where: \.isLetter)
            && utf8.allSatisfy { $0.isLetter || $0.isDigit || " -+_&".utf8.contains($0) }
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    fileprivate var isLetter: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }
}
