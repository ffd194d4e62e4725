import CoreMail

/// A readable account of what was made of a message, for the golden files.
struct MessageDump {
    private(set) var text = ""

    init(_ message: Message) {
        describe(message, indent: "")
        if let id = message.queueIDFromReceived { line("queue id: \(id)") }
        if let id = message.messageID { line("message id: \(id)") }
        if let word = message.autoSubmitted { line("auto-submitted: \(word)") }
        if message.isDeliveryReport { line("a delivery report") }
        for field in message.trustedFields {
            line("trusted \(message.header.name(of: field)): \(message.header.value(of: field))")
        }
        for defect in message.defects { line("defect: \(defect)") }
    }

    private mutating func line(_ content: String) { text += content + "\n" }

    private mutating func describe(_ message: Message, indent: String) {
        if let subject = message.subject { line("\(indent)subject: \(subject)") }
        for (name, mailboxes) in [
            ("from", message.from), ("to", message.to), ("cc", message.cc),
        ] {
            for mailbox in mailboxes {
                line("\(indent)\(name): [\(mailbox.name)] [\(mailbox.address)]")
            }
        }
        describe(message.root, indent: indent)
    }

    private mutating func describe(_ part: Part, indent: String) {
        var facts = [part.path.isEmpty ? "-" : part.path, part.mediaType.essence]
        for name in part.mediaType.parameters.names {
            facts.append("\(name)=[\(part.mediaType.parameters[name] ?? "")]")
        }
        if part.transferEncoding != .identity { facts.append("\(part.transferEncoding)") }
        if let disposition = part.disposition { facts.append("(\(disposition.kind))") }
        if let name = part.filename { facts.append("named [\(name)]") }
        if let id = part.contentID { facts.append("id [\(id)]") }
        if part.isAttachment { facts.append("attachment") }
        if let protection = part.protection { facts.append(protection.rawValue) }
        line(indent + facts.joined(separator: " "))
        switch part.content {
        case .multipart(let children):
            for child in children { describe(child, indent: indent + "  ") }
        case .message(let message):
            describe(message, indent: indent + "  ")
        case .leaf:
            describeBody(part, indent: indent + "  ")
        }
    }

    private mutating func describeBody(_ part: Part, indent: String) {
        if let tnef = part.tnef {
            line("\(indent)TNEF subject: \(tnef.subject ?? "none")")
            quote(tnef.text ?? "", indent)
            for file in tnef.attachments { line("\(indent)file [\(file.name)] \(file.byteCount)") }
            return
        }
        if let message = part.signedMessage {
            line("\(indent)inside the signature:")
            describe(message, indent: indent)
            return
        }
        guard part.mediaType.isText || part.mediaType.isMultipart else {
            let count = LeafRecord(of: part).byteCount
            return line("\(indent)\(count.map { "\($0) octets" } ?? "not for reading")")
        }
        let decoded = part.decodedText()
        if let charset = decoded.charset { line("\(indent)charset used: \(charset)") }
        for defect in decoded.defects { line("\(indent)defect: \(defect)") }
        quote(decoded.text, indent)
        for file in Uuencode.files(in: Array(decoded.text.utf8)) {
            line("\(indent)uuencoded [\(file.name)] \(file.bytes.count)")
        }
    }

    private mutating func quote(_ content: String, _ indent: String) {
        let plain = content.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        guard !plain.isEmpty else { return }
        for row in plain.split(separator: "\n", omittingEmptySubsequences: false) {
            line("\(indent)|\(row)")
        }
    }
}
