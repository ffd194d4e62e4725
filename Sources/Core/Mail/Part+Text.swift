extension Part {
    /// The body as text, and what was wrong with it.
    package struct Text: Hashable, Sendable {
        package let text: String
        /// The charset that was used, for people; nil for plain ASCII.
        package let charset: String?
        package let defects: [Defect]
    }

    /// The body as text: the first `limit` octets of it, decoded, in the charset that is declared
    /// or, without one, in the one that fits: UTF-8, the enclosing part's, `defaultCharset`,
    /// windows-1252. Line ends as they come. Always valid text; control characters are kept.
    package func decodedText(
        limit: Int = Limits.standard.textByteCount, defaultCharset: String? = nil
    ) -> Text {
        var defects: [Defect] = []
        var bytes = textOctets(limit: limit &+ 1, &defects)
        if bytes.count > limit {
            bytes.removeLast(bytes.count - limit)
            bytes.dropCutCharacter()
            defects.append(Defect(.textCut, at: path))
        }
        let decoded = Charset.decoded(
            bytes[...], label: charset, hint: enclosingCharset, fallback: defaultCharset)
        if let kind = decoded.defect { defects.append(Defect(kind, at: path)) }
        return Text(text: decoded.text, charset: decoded.used, defects: defects)
    }

    /// The decoded body. Base64 that is none is text with a wrong label: a device that writes
    /// the header and forgets the encoding would else send noise.
    private func textOctets(limit: Int, _ defects: inout [Defect]) -> [UInt8] {
        if transferEncoding == .base64 {
            if !Base64.isPlausible(encodedBody) {
                defects.append(Defect(.invalidBase64, at: path))
                return Array(encodedBody.prefix(limit))
            }
            // QUIRK: mailing lists add a footer in plain text after the last quantum.
            if let end = Base64.end(of: encodedBody) {
                defects.append(Defect(.invalidBase64, at: path))
                return Base64.decode(encodedBody[..<end], limit: limit) + [.lineFeed]
                    + encodedBody[end...].prefix(limit)
            }
        }
        return decodedBody(limit: limit)
    }
}

extension [UInt8] {
    /// Drops the octets of a UTF-8 character that a cut at the end has left incomplete.
    mutating func dropCutCharacter() {
        var tail = 0
        while tail < 3, tail < count, self[count - 1 - tail] & 0xC0 == 0x80 { tail += 1 }
        guard tail < count else { return }
        let lead = self[count - 1 - tail]
        let wanted = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1
        if wanted > tail + 1 { removeLast(tail + 1) }
    }
}
