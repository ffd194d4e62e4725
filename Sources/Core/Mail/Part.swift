/// A node of a message's MIME tree: a multipart with children, or a leaf with a body.
///
/// A part keeps its place in the message and copies nothing. `decodedBody` and `decodedText` make
/// bytes and text when they are asked for, and never fail.
package struct Part: Sendable {
    /// What is inside.
    package enum Content: Sendable {
        /// A body, or a multipart in which no part was found (then the body is its preamble).
        case leaf
        case multipart([Part])
        /// A whole message (message/rfc822).
        indirect case message(Message)
    }

    /// The section number of IMAP (RFC 9051 §6.4.5): `1.2`. Empty for a multipart that is the
    /// message itself.
    package let path: String
    package let header: Header
    package let mediaType: MediaType
    package let transferEncoding: TransferEncoding
    /// Nil when the part does not say.
    package let disposition: Disposition?
    package let content: Content
    /// The body before decoding, in the source; without the line end that belongs to a boundary.
    package let bodyRange: Range<Int>
    /// The charset that an enclosing Content-Type declares, which is no rule but a good hint.
    let enclosingCharset: String?
    /// How many messages are around this one, opaque signatures counted like messages.
    let embeddedDepth: Int
    /// The message, or the decoded message that this part is of.
    let source: [UInt8]

    package var children: [Part] {
        if case .multipart(let children) = content { children } else { [] }
    }

    /// The message inside; nil unless this is a message/rfc822 that was looked into.
    package var embedded: Message? {
        if case .message(let message) = content { message } else { nil }
    }

    /// As declared, lower case; nil when absent.
    package var charset: String? {
        guard let label = mediaType.parameters["charset"]?.trimmed.asciiLowered, !label.isEmpty
        else { return nil }
        return label
    }

    /// The name it should be saved under, from the disposition or the media type; as declared but
    /// for control characters, so it may hold a path. Nil when absent.
    package var filename: String? {
        let declared = [disposition?.parameters["filename"], mediaType.parameters["name"]]
        return declared.lazy.compactMap { $0?.trimmed }.first { !$0.isEmpty }
    }

    /// Without the angle brackets; nil when absent.
    package var contentID: String? {
        guard let value = header.first("Content-ID") else { return nil }
        let id = value.unicodeScalars.filter { $0 != "<" && $0 != ">" && $0 != " " }
        return id.isEmpty ? nil : String(String.UnicodeScalarView(id))
    }

    /// Something to save and not to read: declared as an attachment, or named as a file.
    package var isAttachment: Bool { disposition?.isAttachment ?? false || filename != nil }

    /// The body as transferred.
    package var encodedBody: ArraySlice<UInt8> { source[bodyRange] }

    /// The body with its transfer encoding undone: the first `limit` octets.
    package func decodedBody(limit: Int = .max) -> [UInt8] {
        transferEncoding.decode(encodedBody, limit: limit)
    }
}
