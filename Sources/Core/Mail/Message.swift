/// A message as received, read into a tree of parts (RFC 5322, RFC 2045 to 2049).
///
/// In: any octets, with CRLF or bare LF line ends. Out: always a message; what is wrong with it
/// is told in `defects`. Reading takes linear time, never traps, and looks no further than
/// `Limits`. Nothing of a body is decoded or copied until a part is asked for it.
///
/// It does not choose which part is the text, and it follows no reference to the network.
package struct Message: Sendable {
    /// As handed over; for a message inside another one, the octets it was found in.
    package let bytes: [UInt8]
    package let header: Header
    package let root: Part
    /// Of the header and of all parts, also of messages inside; at most `Limits.defectCount`.
    package let defects: [Defect]
    let limits: Limits

    package init(parsing bytes: [UInt8], limits: Limits = .standard) {
        var parser = MessageParser(bytes, limits: limits)
        self = parser.message()
    }

    /// A message that was found inside another, by other means than a message/rfc822.
    init(parsing bytes: [UInt8], embeddedDepth: Int, limits: Limits = .standard) {
        var parser = MessageParser(bytes, limits: limits)
        self = parser.message(embeddedDepth: embeddedDepth)
    }

    init(bytes: [UInt8], root: Part, defects: [Defect], limits: Limits) {
        self.bytes = bytes
        self.limits = limits
        header = root.header
        self.root = root
        self.defects = defects
    }

    /// Decoded and unfolded; nil when absent.
    package var subject: String? { header.text("Subject") }
    package var from: [Mailbox] { mailboxes("From") }
    package var to: [Mailbox] { mailboxes("To") }
    package var cc: [Mailbox] { mailboxes("Cc") }

    /// The mailboxes of the first field of that name.
    package func mailboxes(_ name: String) -> [Mailbox] {
        guard let bytes = header.bytes(name) else { return [] }
        return AddressReader.mailboxes(in: bytes, limit: limits.mailboxCount)
    }

    /// All leaves in the order of the message. A message/rfc822 is a leaf, and the leaves of the
    /// message in it follow.
    package var leaves: [Part] {
        var leaves: [Part] = []
        var open = [root]
        while let part = open.popLast() {
            switch part.content {
            case .leaf: leaves.append(part)
            case .multipart(let children): open += children.reversed()
            case .message(let message):
                leaves.append(part)
                open.append(message.root)
            }
        }
        return leaves
    }

    /// The part of that section number; of a message/rfc822 and a multipart in it, which share
    /// one, the message/rfc822.
    package func part(at path: String) -> Part? {
        var open = [root]
        while let part = open.popLast() {
            if part.path == path { return part }
            switch part.content {
            case .leaf: break
            case .multipart(let children): open += children.reversed()
            case .message(let message): open.append(message.root)
            }
        }
        return nil
    }
}
