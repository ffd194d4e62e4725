/// How a part wants to be shown: inline or as an attachment (RFC 2183).
package struct Disposition: Hashable, Sendable {
    /// `inline`, `attachment`, or what else was declared, in lower case. Never empty.
    package let kind: String
    package let parameters: Parameters

    /// Reads a Content-Disposition. Nil when it has no word in front.
    init?(reading bytes: ArraySlice<UInt8>, limits: Limits) {
        var reader = ParameterReader(bytes)
        let word = reader.word()
        // QUIRK: RFC 2047 §5 allows no encoded word here; some programs encode every field.
        kind =
            word.hasPrefix("=?")
            ? EncodedWord.text(from: bytes).withoutControls.trimmed.asciiLowered : word
        guard !kind.isEmpty else { return nil }
        parameters = Parameters(reading: reader.rest, limits: limits)
    }

    /// RFC 2183 §2.8: a kind that is not known is an attachment.
    package var isAttachment: Bool { kind != "inline" }
}
