package import CoreMail

/// What a message has besides its text, as the operator and the recipient are told.
///
/// Left out is what a reader does not list either: the text itself, other forms of it, the pictures that
/// HTML is decorated with, signatures, and a report's parts for machines. A winmail.dat is opened. At most
/// `mostListed` are named, the rest counted.
package struct AttachmentList: Hashable, Sendable {
    package private(set) var attachments: [Attachment] = []

    package init(of message: Message, besides text: BodyText) {
        collect(message.root, text, isDecoration: false)
    }

    /// For `{attachments}`: `[snapshot.jpg, 212 KB] [log.txt, 3 KB]`. Empty without attachments.
    package var summary: String {
        var words = attachments.prefix(Self.mostListed).map { "[\($0.label)]" }
        let rest = attachments.count - words.count
        if rest > 0 { words.append("[and \(rest) more]") }
        return words.joined(separator: " ")
    }

    /// Looks into the octets of each for what it really is.
    package mutating func identify(in message: Message, with types: FileTypes) {
        for index in attachments.indices {
            guard let part = message.part(at: attachments[index].section),
                part.mediaType.essence == attachments[index].declaredType
            else { continue }
            attachments[index].foundType = types.type(
                of: part.decodedBody(limit: FileTypes.mostOctets))
        }
    }

    private mutating func collect(_ part: Part, _ text: BodyText, isDecoration: Bool) {
        switch part.content {
        case .message:
            attachments.append(Attachment(part))
        case .leaf:
            collectLeaf(part, text, isDecoration: isDecoration)
        case .multipart where part.mediaType.essence == "multipart/encrypted":
            break  // its parts are the message itself
        case .multipart(let children):
            let isRelatedHTML =
                part.mediaType.essence == "multipart/related"
                && children.contains { $0.containsHTML }
            let isReport = part.mediaType.essence == "multipart/report"
            for child in isReport ? children.prefix(1) : children[...] {
                collect(child, text, isDecoration: isRelatedHTML)
            }
        }
    }

    private mutating func collectLeaf(_ part: Part, _ text: BodyText, isDecoration: Bool) {
        if let signed = part.signedMessage {
            collect(signed.root, text, isDecoration: false)
            return
        }
        let essence = part.mediaType.essence
        let isDeclared = part.disposition?.isAttachment ?? false
        let isText =
            part.mediaType.isMultipart || part.path == text.section
            || part.mediaType.isText && !part.isAttachment
        if isText || isDecoration && !isDeclared || Self.isSignature(essence) { return }
        if essence == "application/ms-tnef" || essence == "application/vnd.ms-tnef",
            let tnef = TNEF(parsing: part.decodedBody())
        {
            attachments += tnef.attachments.map {
                Attachment(
                    name: $0.name, section: part.path, declaredType: "application/octet-stream",
                    byteCount: $0.byteCount)
            }
            return
        }
        attachments.append(Attachment(part))
    }

    private static func isSignature(_ essence: String) -> Bool {
        switch essence {
        case "application/pgp-signature", "application/pkcs7-signature",
            "application/x-pkcs7-signature", "application/pgp-encrypted", "application/pgp-keys":
            true
        default: false
        }
    }

    private static let mostListed = 3
}

extension Part {
    fileprivate var containsHTML: Bool {
        switch content {
        case .leaf: mediaType.essence == "text/html" && !isAttachment
        case .message: false
        case .multipart(let children): children.contains { $0.containsHTML }
        }
    }
}
