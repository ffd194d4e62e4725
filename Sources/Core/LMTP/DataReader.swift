internal import CoreSystem

/// Collects the message that follows DATA and finds its end.
///
/// In: bytes as they come, cut anywhere. Out: the message without its dot-stuffing (RFC 5321 §4.5.2).
/// Only CRLF.CRLF ends it. A CR or LF on its own never ends a line (RFC 5321 §2.3.8): where two
/// programs disagree about that, one message hides another ("SMTP smuggling"). Such a message is
/// read to its true end and refused, so the session stays in step. So is one over `limit`, of
/// which no more than `limit` octets are ever held. NUL and octets above 127 pass.
package struct DataReader: Sendable {
    package enum Verdict: Hashable, Sendable {
        case whole([UInt8])
        case tooLarge
        case bareNewline
    }

    private enum State: Sendable {
        case lineStart, dot, dotCR, inLine, afterCR
    }

    private let limit: Int
    private var state = State.lineStart
    private var content: [UInt8] = []
    private var isTooLarge = false
    private var hasBareNewline = false

    package init(limit: Int) { self.limit = limit }

    /// Octets held so far.
    package var count: Int { content.count }

    /// Takes bytes up to the end of the message, which it removes from `input`. Nil while the end
    /// has not come; `input` is then empty.
    package mutating func read(_ input: inout ArraySlice<UInt8>) -> Verdict? {
        var index = input.startIndex
        let end = input.endIndex
        // What lies between here and `index` is content not yet copied.
        var copied = index
        while index < end {
            let byte = input[index]
            switch state {
            case .inLine:
                index = lineEnd(in: input, from: index)
                continue
            case .afterCR:
                afterCR(byte)
            case .lineStart:
                if byte == UInt8(ascii: ".") {
                    keep(input[copied..<index])
                    copied = index + 1
                    state = .dot
                } else {
                    inLine(byte)
                }
            case .dot:
                if byte == 13 {
                    // Either the end comes, or a bare CR: this octet is not needed in both.
                    copied = index + 1
                    state = .dotCR
                } else {
                    inLine(byte)
                }
            case .dotCR:
                if byte == 10 {
                    input = input[(index + 1)...]
                    return verdict()
                }
                afterCR(byte)
                hasBareNewline = true
            }
            index += 1
        }
        keep(input[copied..<end])
        input = input[end...]
        return nil
    }

    /// Passes over the rest of a line: where its CR is, or the end.
    private mutating func lineEnd(in input: ArraySlice<UInt8>, from start: Int) -> Int {
        let octets = input.span
        let first = start - input.startIndex
        let end = octets.first(13, in: first..<octets.count)
        if octets.first(10, in: first..<end) < end { hasBareNewline = true }
        if end == octets.count { return input.endIndex }
        state = .afterCR
        return input.startIndex + end + 1
    }

    private mutating func inLine(_ byte: UInt8) {
        if byte == 10 { hasBareNewline = true }
        state = byte == 13 ? .afterCR : .inLine
    }

    private mutating func afterCR(_ byte: UInt8) {
        switch byte {
        case 10: state = .lineStart
        case 13:
            hasBareNewline = true
            state = .afterCR
        default:
            hasBareNewline = true
            state = .inLine
        }
    }

    /// Once a message is refused its content is of no use, and none is kept.
    private mutating func keep(_ block: ArraySlice<UInt8>) {
        guard !block.isEmpty, !isTooLarge, !hasBareNewline else { return }
        if content.count + block.count > limit {
            isTooLarge = true
            content = []
        } else {
            content += block
        }
    }

    private mutating func verdict() -> Verdict {
        if hasBareNewline { return .bareNewline }
        return isTooLarge ? .tooLarge : .whole(content)
    }
}
