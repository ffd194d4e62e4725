internal import CoreMail
internal import CoreSystem

extension FuzzTarget {
    /// A whole message, and everything that is asked of one.
    static let message = FuzzTarget("message") { bytes in
        let limits = Limits.standard
        let message = Message(parsing: bytes)
        require(message.bytes == bytes, "the message is kept as it was")
        require(message.defects.count <= limits.defectCount + 1, "defects are bounded")
        let leaves = message.leaves
        require(leaves.count <= limits.partCount + 1, "parts are bounded")
        for leaf in leaves {
            require(message.part(at: leaf.path) != nil, "each leaf is found by its section")
            _ = leaf.decodedText(limit: limits.textByteCount).text
            let record = LeafRecord(of: leaf)
            require((record.byteCount ?? 0) <= bytes.count * 2 + 64, "no body grows beyond reason")
            if let tnef = leaf.tnef {
                require(
                    (tnef.text ?? "").utf8.count <= limits.textByteCount * 4, "TNEF text is bounded"
                )
            }
            _ = leaf.signedMessage?.leaves.count
            _ = (leaf.protection, leaf.contentID)
        }
        for mailbox in message.from + message.to + message.cc {
            require(!holdsControls(mailbox.name + mailbox.address), "no control in a mailbox")
        }
        require(!holdsControls(message.subject ?? ""), "no control in a subject")
        require(!holdsControls(message.queueIDFromReceived ?? ""), "no control in a queue id")
        require(!holdsControls(message.messageID ?? ""), "no control in a message id")
        _ = (message.isAutomatic, message.isAutomaticReply, message.isDeliveryReport)
        _ = message.trusted("X-SMS-Auth")
    }

    /// One field's body, read as each kind of field.
    static let header = FuzzTarget("header") { bytes in
        let start = Array("From: ".utf8)
        let fields = ["To: ", "Content-Type: ", "Content-Disposition: ", "Received: "].map {
            Array($0.utf8)
        }
        let line = bytes.filter { $0 != 10 }
        let block = start + line + [10] + fields.flatMap { $0 + line + [10] } + [10]
        let message = Message(parsing: block)
        for mailbox in message.from {
            require(!holdsControls(mailbox.name + mailbox.address), "no control in a mailbox")
            require(!mailbox.name.isEmpty || !mailbox.address.isEmpty, "no empty mailbox")
        }
        let part = message.leaves.first ?? message.root
        for name in part.mediaType.parameters.names {
            require(!holdsControls(part.mediaType.parameters[name] ?? ""), "no control in a value")
        }
        require(part.mediaType.essence.contains("/"), "a media type has two halves")
        require(part.disposition?.kind.isEmpty != true, "a disposition has a word")
        require(!holdsControls(part.filename ?? ""), "no control in a file name")
        _ = message.queueIDFromReceived
        if let date = MailDate(String(decoding: line, as: UTF8.self)) {
            require((1...12).contains(date.month) && (1...31).contains(date.day), "a day of a year")
            require(date.time == nil || date.zone != .missing, "a moment has a zone")
        }
    }

    /// An unstructured field with encoded words.
    static let encodedWord = FuzzTarget("encoded-word") { bytes in
        let text = EncodedWord.text(from: bytes[...])
        require(text.utf8.count <= bytes.count * 4 + 16, "no word grows beyond reason")
        if bytes.allSatisfy({ $0 >= 32 && $0 < 127 && $0 != UInt8(ascii: "=") }) {
            require(Array(text.utf8) == bytes, "plain text stays")
        }
    }

    /// A label, a line end, and octets in that charset.
    static let charset = FuzzTarget("charset") { bytes in
        let end = bytes.firstIndex(of: 10) ?? bytes.startIndex
        let label = String(decoding: bytes[..<end], as: UTF8.self)
        let octets = bytes[end...].dropFirst()
        let decoded = Charset.decoded(octets, label: label.isEmpty ? nil : label)
        require(decoded.text.utf8.count <= octets.count * 6 + 16, "no text grows beyond reason")
        if octets.allSatisfy({ $0 < 128 && $0 != 27 }), decoded.used == nil {
            require(Array(decoded.text.utf8) == Array(octets), "ASCII stays")
        }
    }

    /// A winmail.dat.
    static let tnef = FuzzTarget("tnef") { bytes in
        guard let tnef = TNEF(parsing: bytes) else { return }
        let limits = Limits.standard
        require((tnef.text ?? "").utf8.count <= limits.textByteCount * 4, "text is bounded")
        require(tnef.attachments.count <= limits.partCount, "attachments are bounded")
        for file in tnef.attachments {
            require(file.byteCount <= bytes.count, "no file is larger than the stream")
            require(!holdsControls(file.name), "no control in a file name")
        }
    }

    private static func holdsControls(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.value < 32 || (127...159).contains($0.value) }
    }
}
