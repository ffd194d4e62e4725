internal import CoreConfig
internal import CoreMail
internal import CoreSMS
internal import CoreText

// From what a message says, and what the operator wants, to what a text is composed of.

extension CompositionInput {
    /// Counting the octets of attachments takes time, and so does asking for the time zone: both are
    /// left out where nobody reads them.
    init(_ message: PreparedMessage, for template: Template) {
        let needsAttachments = template.uses(.attachments) || message.text.blocks.isEmpty
        let author = message.message.from.first
        let name = author?.name ?? ""
        self.init(
            subject: message.subject.text, subjectPrefix: message.subject.prefix,
            from: name.isEmpty ? author?.address ?? "" : name,
            date: template.uses(.date)
                ? ShortDate.text(message.message.header.text("Date") ?? "") : "",
            attachments: needsAttachments
                ? AttachmentList(of: message.message, besides: message.text).summary : "",
            body: message.text.blocks)
    }
}

extension CompositionOptions {
    /// What the configuration leaves open keeps its default.
    init(_ choices: MessageChoices) throws(TemplateError) {
        self.init()
        if let text = choices.template { template = try Template(parsing: text) }
        switch choices.encoding {
        case .smart?: encoding = .smart
        case .gsm?: encoding = .gsm
        case .unicode?: encoding = .unicode
        case nil: break
        }
        switch choices.unicode {
        case .always?: unicode = .always
        case .whenFree?: unicode = .whenFree
        case nil: break
        }
        switch choices.overflow {
        case .truncate?: overflow = .truncate
        case .split?: overflow = .split
        case .reject?: overflow = .reject
        case nil: break
        }
        maxSegments = choices.maxSegments ?? maxSegments
        if let kinds = choices.strip {
            strip = Set(
                kinds.map { kind in
                    switch kind {
                    case .signature: .signature
                    case .quotes: .quote
                    case .footer: .footer
                    }
                })
        }
    }
}

extension TextOptions {
    init(_ settings: MessageSettings) {
        self.init()
        defaultCharset = settings.defaultCharset
        links = settings.links
        disclaimers = settings.disclaimers
    }
}
