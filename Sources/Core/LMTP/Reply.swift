/// What the server says to one command: a code, an enhanced status and one line of text.
///
/// The wire form is shorter than `Reply.longest` whatever the text, because Exim's LMTP client reads
/// into a buffer of 256 bytes and defers what does not fit, a 250 as well: that SMS would go out
/// again. Only the answer to LHLO has several lines, and all of them together keep the limit.
/// It does not know why something failed; see `Failure.status` for that.
package struct Reply: Error, Hashable, Sendable {
    /// Three digits, 2xx to 5xx.
    package let code: Int
    /// Absent in the greeting, the answer to LHLO and 354 (RFC 2034 §4).
    package let enhanced: EnhancedStatus?
    /// Never empty. One line, but for the answer to LHLO; without control characters.
    package let lines: [String]

    /// Octets of a whole reply, line ends included.
    package static let longest = 199

    package init(_ code: Int, _ enhanced: EnhancedStatus? = nil, _ text: String) {
        self.init(code, enhanced, lines: [text])
    }

    init(_ code: Int, _ enhanced: EnhancedStatus? = nil, lines: [String]) {
        precondition((200...599).contains(code), "not a reply code")
        precondition(!lines.isEmpty, "a reply has text")
        precondition(enhanced.map { $0.class == code / 100 } ?? true, "code and status disagree")
        self.code = code
        self.enhanced = enhanced
        self.lines = lines
    }

    package var isSuccess: Bool { code < 400 }

    /// The text of the reply, without the codes.
    package var text: String { lines.joined(separator: " ") }

    /// The bytes to send.
    package var wireForm: [UInt8] {
        var wire: [UInt8] = []
        wire.reserveCapacity(Self.longest)
        for (index, line) in lines.enumerated() {
            wire += "\(code)\(index == lines.count - 1 ? " " : "-")".utf8
            if let enhanced { wire += "\(enhanced) ".utf8 }
            let room = Self.longest - wire.count - 2
            wire += Self.oneLine(line, atMost: room)
            wire += [13, 10]
        }
        return wire
    }

    /// `text` with blanks for control characters and a question mark for each character that is not
    /// ASCII: a client may not know UTF-8, and bounces quote it. RFC 5321 §4.2
    private static func oneLine(_ text: String, atMost room: Int) -> [UInt8] {
        var bytes: [UInt8] = text.utf8.compactMap { byte in
            switch byte {
            case 0..<32, 127: 32
            case 0x80..<0xC0: nil
            case 0xC0...: UInt8(ascii: "?")
            default: byte
            }
        }
        guard bytes.count > room else { return bytes }
        bytes.removeSubrange(max(0, room - 3)...)
        return bytes + "...".utf8
    }
}

extension Reply: CustomStringConvertible {
    package var description: String {
        "\(code) " + (enhanced.map { "\($0) " } ?? "") + text
    }
}

/// A status code of RFC 3463: class, subject and detail, as in `5.1.3`.
package struct EnhancedStatus: Hashable, Sendable, CustomStringConvertible {
    /// 2 success, 4 transient, 5 permanent.
    package let `class`: Int
    package let subject: Int
    package let detail: Int

    package init(_ class: Int, _ subject: Int, _ detail: Int) {
        self.class = `class`
        self.subject = subject
        self.detail = detail
    }

    package var description: String { "\(`class`).\(subject).\(detail)" }
}
