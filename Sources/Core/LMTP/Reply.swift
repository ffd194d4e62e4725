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
            wire.append(number: code)
            wire.append(index == lines.count - 1 ? UInt8(ascii: " ") : UInt8(ascii: "-"))
            if let enhanced {
                wire.append(number: enhanced.class)
                wire.append(UInt8(ascii: "."))
                wire.append(number: enhanced.subject)
                wire.append(UInt8(ascii: "."))
                wire.append(number: enhanced.detail)
                wire.append(UInt8(ascii: " "))
            }
            Self.append(line, to: &wire, atMost: Self.longest - wire.count - 2)
            wire.append(13)
            wire.append(10)
        }
        return wire
    }

    /// `text` with blanks for control characters and a question mark for each character that is not
    /// ASCII: a client may not know UTF-8, and bounces quote it. RFC 5321 §4.2
    private static func append(_ text: String, to wire: inout [UInt8], atMost room: Int) {
        let start = wire.count
        let octets = text.utf8.span
        wire.append(addingCapacity: octets.count) { line in
            for index in octets.indices {
                switch octets[index] {
                case 0..<32, 127: line.append(32)
                case 0x80..<0xC0: break
                case 0xC0...: line.append(UInt8(ascii: "?"))
                default: line.append(octets[index])
                }
            }
        }
        guard wire.count - start > room else { return }
        wire.removeSubrange((start + max(0, room - 3))...)
        wire += "...".utf8
    }
}

extension [UInt8] {
    /// In decimal. Not negative.
    fileprivate mutating func append(number: Int) {
        if number >= 10 { append(number: number / 10) }
        append(UInt8(ascii: "0") + UInt8(number % 10))
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
