/// What Outlook and Exchange hide in `winmail.dat`: the body and the attachments of a message.
///
/// In: the octets of an application/ms-tnef part (MS-OXTNEF). Out: text, HTML, names. Total: a
/// stream that is cut or damaged gives what came before. Properties that make no text are passed
/// over. Checksums are not checked: a reader would not do better without the text.
package struct TNEF: Hashable, Sendable {
    package struct Attachment: Hashable, Sendable {
        package fileprivate(set) var name = ""
        /// Octets of its data.
        package fileprivate(set) var byteCount = 0
    }

    package private(set) var subject: String?
    /// The plain text, or that of the RTF when the message has no plain text.
    package private(set) var text: String?
    package private(set) var html: String?
    package private(set) var attachments: [Attachment] = []

    /// The charset of the octets in 8-bit strings (attOemCodepage), as a label.
    private var codePage: String?
    private var internetCodePage: String?
    private var htmlBytes: [UInt8]?
    private var plain: MAPIValue?
    private var compressedRTF: ArraySlice<UInt8>?
    private var subjectValue: MAPIValue?

    /// Nil when `bytes` does not begin as TNEF does.
    package init?(parsing bytes: [UInt8], limits: Limits = .standard) {
        var reader = LittleEndianReader(bytes[...])
        // MS-OXTNEF §2.1.3.1: the signature, and a key without meaning.
        guard reader.uint32() == 0x223E_9F78, reader.uint16() != nil else { return nil }
        var names: [(MAPIValue?, MAPIValue?, MAPIValue?)] = []
        while let level = reader.uint8(), level == 1 || level == 2,
            let tag = reader.uint32(), let length = reader.uint32(),
            let data = reader.bytes(Int(length))
        {
            // The checksum; a stream may end without it.
            _ = reader.uint16()
            take(tag & 0xFFFF, data, limits, &names)
        }
        finish(names, limits)
    }

    // MS-OXTNEF §2.1.3.2: the attributes that carry text or an attachment.
    private mutating func take(
        _ id: UInt32, _ data: ArraySlice<UInt8>, _ limits: Limits,
        _ names: inout [(MAPIValue?, MAPIValue?, MAPIValue?)]
    ) {
        switch id {
        case 0x9007:
            var reader = LittleEndianReader(data)
            if let page = reader.uint32(), page > 0 { codePage = "cp\(page)" }
        case 0x8004: subjectValue = subjectValue ?? .string8(data)
        case 0x800C: plain = plain ?? .string8(data)
        case 0x9003:
            for (property, value) in MAPIProperties(data, limit: limits.fieldCount) {
                takeMessage(property, value)
            }
        case 0x9002 where attachments.count < limits.partCount:
            attachments.append(Attachment())
            names.append((nil, nil, nil))
        case 0x8010 where !attachments.isEmpty: names[names.count - 1].2 = .string8(data)
        case 0x800F where !attachments.isEmpty:
            attachments[attachments.count - 1].byteCount = data.count
        case 0x9005 where !attachments.isEmpty:
            for (property, value) in MAPIProperties(data, limit: limits.fieldCount) {
                switch property {
                case 0x3707: names[names.count - 1].0 = value
                case 0x3704: names[names.count - 1].1 = value
                case 0x3701 where attachments[attachments.count - 1].byteCount == 0:
                    attachments[attachments.count - 1].byteCount = value.bytes.count
                default: break
                }
            }
        default: break
        }
    }

    // MS-OXPROPS: PidTagSubject, PidTagBody, PidTagRtfCompressed, PidTagBodyHtml,
    // PidTagInternetCodepage.
    private mutating func takeMessage(_ property: UInt32, _ value: MAPIValue) {
        switch property {
        case 0x0037: subjectValue = value
        case 0x1000: plain = value
        case 0x1009: compressedRTF = compressedRTF ?? value.bytes
        case 0x1013: htmlBytes = htmlBytes ?? Array(value.bytes)
        case 0x3FDE: internetCodePage = value.integer.map { "cp\($0)" }
        default: break
        }
    }

    private mutating func finish(
        _ names: [(MAPIValue?, MAPIValue?, MAPIValue?)], _ limits: Limits
    ) {
        subject = subjectValue.map { $0.text(codePage).withoutControls.trimmed }
        if let text = plain?.text(codePage, limit: limits.textByteCount), !text.trimmed.isEmpty {
            self.text = text
        }
        if let htmlBytes {
            html = Charset.decode(
                htmlBytes.prefix(limits.markupByteCount), label: internetCodePage,
                fallback: codePage)
        }
        if text == nil, let compressedRTF,
            let rtf = CompressedRTF.decode(compressedRTF, limit: limits.markupByteCount)
        {
            let text = RTFText.plain(from: rtf[...], limit: limits.textByteCount)
            if !text.trimmed.isEmpty { self.text = text }
        }
        for (index, (long, short, title)) in names.enumerated() {
            let candidates = [long, title, short].compactMap { $0?.text(codePage) }
            let name = candidates.first { !$0.trimmed.isEmpty }
            attachments[index].name = name?.withoutControls.trimmed ?? ""
        }
    }
}

extension Part {
    /// Whether this is a `winmail.dat`, by media type or by name.
    package var isTNEF: Bool {
        ["application/ms-tnef", "application/vnd.ms-tnef"].contains(mediaType.essence)
            || filename?.asciiLowered == "winmail.dat"
    }

    /// What the `winmail.dat` holds; nil for another part, or for one that is none inside.
    package var tnef: TNEF? { isTNEF ? TNEF(parsing: decodedBody()) : nil }
}
