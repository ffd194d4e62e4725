/// Reads `token *(";" name "=" value)`, the common form of the MIME fields, forgivingly.
///
/// RFC 2045 §5.1, with RFC 822's comments and folds between all words. It never fails: what has no
/// name or no `=` is passed over.
struct ParameterReader {
    private let bytes: ArraySlice<UInt8>
    private var index: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    /// What has not been read yet.
    var rest: ArraySlice<UInt8> { bytes[index...] }

    /// The word in front, in lower case: a media type with its slash, a disposition, a transfer
    /// encoding. Quotes around it are taken off; it ends before a blank, a comment or `;`.
    mutating func word() -> String {
        skipSpace(and: [])
        var word: [UInt8] = []
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte.isWhiteSpace {
                // QUIRK: RFC 2045 §5.1 has no blanks around the slash; "text / plain" is sent.
                let before = index
                skipSpace(and: [])
                let next = index < bytes.endIndex ? bytes[index] : 0
                guard next == UInt8(ascii: "/") || word.last == UInt8(ascii: "/") else {
                    index = before
                    break
                }
                continue
            }
            if byte == UInt8(ascii: ";") || byte == UInt8(ascii: "(") { break }
            if byte != UInt8(ascii: "\"") { word.append(byte.lowered) }
            index += 1
        }
        return String(decoding: word, as: UTF8.self)
    }

    /// The next parameter, its name in lower case, its value without quotes. Nil at the end.
    mutating func next() -> (name: String, value: [UInt8])? {
        while index < bytes.endIndex {
            skipSpace(and: [UInt8(ascii: ";")])
            var name: [UInt8] = []
            while index < bytes.endIndex, !Self.endsName(bytes[index]) {
                name.append(bytes[index].lowered)
                index += 1
            }
            skipSpace(and: [])
            guard index < bytes.endIndex else { return nil }
            guard bytes[index] == UInt8(ascii: "=") else {
                // No value: passed over. A byte that neither ends nor begins a name must not stop us.
                if name.isEmpty { index += 1 }
                continue
            }
            index += 1
            skipSpace(and: [])
            let value =
                index < bytes.endIndex && bytes[index] == UInt8(ascii: "\"")
                ? quotedString() : unquotedValue()
            if !name.isEmpty { return (String(decoding: name, as: UTF8.self), value) }
        }
        return nil
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        byte.isWhiteSpace || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "=")
            || byte == UInt8(ascii: "\"")
    }

    /// Passes over white space, comments, and the bytes of `extra`.
    private mutating func skipSpace(and extra: [UInt8]) {
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == UInt8(ascii: "(") {
                skipComment()
            } else if byte.isWhiteSpace || extra.contains(byte) {
                index += 1
            } else {
                return
            }
        }
    }

    /// RFC 5322 §3.2.2: comments nest, and a backslash takes the next byte along.
    private mutating func skipComment() {
        var depth = 0
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case UInt8(ascii: "\\"): index += 1
            default: break
            }
            index = min(index + 1, bytes.endIndex)
            if depth == 0 { return }
        }
    }

    private mutating func quotedString() -> [UInt8] {
        index += 1
        var value: [UInt8] = []
        while index < bytes.endIndex {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\"), index < bytes.endIndex {
                value.append(bytes[index])
                index += 1
            } else if byte != .lineFeed && byte != .carriageReturn {
                value.append(byte)
            }
        }
        return value
    }

    /// A value without quotes. By RFC 2045 §5.1 it ends at a blank or a special; in practice names
    /// of files have both, so it goes on to `;` or to a blank that `name=` follows.
    private mutating func unquotedValue() -> [UInt8] {
        let start = index
        var end = index
        while index < bytes.endIndex, bytes[index] != UInt8(ascii: ";") {
            if bytes[index].isWhiteSpace {
                skipSpace(and: [])
                let isOver =
                    index == bytes.endIndex || bytes[index] == UInt8(ascii: ";") || startsParameter
                if isOver { break }
                // Not over, so the blanks and what looked like a comment belong to the value.
            } else {
                index += 1
                end = index
            }
        }
        return bytes[start..<end].filter { $0 != .lineFeed && $0 != .carriageReturn }
    }

    /// Whether a word and `=` come next.
    private var startsParameter: Bool {
        var position = index
        while position < bytes.endIndex, !Self.endsName(bytes[position]) { position += 1 }
        return position > index && position < bytes.endIndex
            && bytes[position] == UInt8(ascii: "=")
    }
}
