internal import CoreSystem

/// What `smsmda inspect --json` says of one leaf: enough to tell whether two readers agree on it.
///
/// The size and the digest are of the decoded octets, in a form that does not depend on how the
/// message travelled: line ends are LF in text and in every body that was not base64, and those
/// at the very end of text are left off. A message/rfc822, and a multipart without parts, has
/// none.
package struct LeafRecord: Hashable, Sendable {
    package let path: String
    /// `type/subtype`, lower case.
    package let type: String
    package let charset: String?
    /// As declared, lower case.
    package let disposition: String?
    package let filename: String?
    /// Octets; nil together with the digest.
    package let byteCount: Int?
    /// Hexadecimal, lower case.
    package let sha256: String?

    package init(of part: Part) {
        path = part.path
        type = part.mediaType.essence
        charset = part.charset
        disposition = part.disposition?.kind
        filename = part.filename
        guard !type.hasPrefix("message/"), !part.mediaType.isMultipart else {
            byteCount = nil
            sha256 = nil
            return
        }
        var bytes = part.decodedBody()
        if part.mediaType.isText || part.transferEncoding != .base64 { bytes.makeLineFeeds() }
        if part.mediaType.isText {
            let end = bytes.lastIndex { $0 != .lineFeed }.map { $0 + 1 } ?? 0
            bytes.removeLast(bytes.count - end)
        }
        byteCount = bytes.count
        sha256 = SHA256.hex(SHA256.digest(of: bytes))
    }
}

extension [UInt8] {
    /// Makes CRLF and lone CR line ends LF, in place.
    mutating func makeLineFeeds() {
        guard let first = firstIndex(of: .carriageReturn) else { return }
        var output = first
        var index = first
        while index < count {
            let byte = self[index]
            if byte == .carriageReturn {
                self[output] = .lineFeed
                if index + 1 < count, self[index + 1] == .lineFeed { index += 1 }
            } else {
                self[output] = byte
            }
            output += 1
            index += 1
        }
        removeLast(count - output)
    }
}

extension Message {
    /// The records of all leaves, in the order of the message.
    package var leafRecords: [LeafRecord] { leaves.map(LeafRecord.init(of:)) }
}
