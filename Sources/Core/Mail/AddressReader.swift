/// Reads the mailboxes of a From, To or Cc field (RFC 5322 §3.4, the obsolete forms of §4.4 too).
///
/// In: the field's body as it stands. Out: the mailboxes in their order, the members of groups
/// among them. Forgiving: semicolons between mailboxes, dots and encoded words anywhere in a name,
/// names in comments, routes, a missing `>`. Linear, comments and quotes of any depth.
struct AddressReader {
    private let bytes: ArraySlice<UInt8>
    private var index: Int
    private var mailboxes: [Mailbox] = []

    /// The words in front of the next `<`, `,` or `;`, quotes taken off, each with what it was.
    private var phrase: [UInt8] = []
    /// The same as an address: no blanks, quotes kept.
    private var plainAddress: [UInt8] = []
    /// The last comment, which old programs put the name in.
    private var comment: [UInt8] = []
    /// Whether the phrase has two words with only a blank between them.
    private var hasInnerBlank = false
    private var blankPending = false

    static func mailboxes(in bytes: ArraySlice<UInt8>, limit: Int) -> [Mailbox] {
        var reader = AddressReader(bytes)
        reader.readAll(limit: limit)
        return reader.mailboxes
    }

    private init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    private mutating func readAll(limit: Int) {
        while index < bytes.endIndex && mailboxes.count < limit {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: ";"):
                index += 1
                endPlainMailbox()
            case UInt8(ascii: ":"):
                // RFC 5322 §3.4: a group's name; its members follow.
                index += 1
                clear()
            case UInt8(ascii: "<"):
                readAngle()
            case UInt8(ascii: "("):
                comment = readComment()
                blankPending = true
            case UInt8(ascii: "\""):
                readQuoted()
            case _ where byte.isWhiteSpace:
                index += 1
                blankPending = true
            default:
                startWord()
                phrase.append(byte)
                plainAddress.append(byte)
                index += 1
            }
        }
        if mailboxes.count < limit { endPlainMailbox() }
    }

    private mutating func startWord() {
        if blankPending, !phrase.isEmpty {
            phrase.append(.blank)
            let joins: (UInt8) -> Bool = { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: ".") }
            // RFC 5322 §4.4: blanks around "@" and "." of an address are obsolete, and no word ends.
            if let last = plainAddress.last, !joins(last), !joins(bytes[index]) {
                hasInnerBlank = true
            }
        }
        blankPending = false
    }

    private mutating func readQuoted() {
        startWord()
        plainAddress.append(bytes[index])
        index += 1
        while index < bytes.endIndex {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\"), index < bytes.endIndex {
                phrase.append(bytes[index])
                plainAddress += [byte, bytes[index]]
                index += 1
            } else if byte != .lineFeed && byte != .carriageReturn {
                phrase.append(byte)
                plainAddress.append(byte)
            }
        }
        plainAddress.append(UInt8(ascii: "\""))
    }

    /// RFC 5322 §3.2.2; returns what stands between the parentheses.
    private mutating func readComment() -> [UInt8] {
        var depth = 0
        var text: [UInt8] = []
        while index < bytes.endIndex {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "("):
                depth += 1
                if depth == 1 { continue }
            case UInt8(ascii: ")"):
                depth -= 1
                if depth == 0 { return text }
            case UInt8(ascii: "\\") where index < bytes.endIndex:
                text.append(bytes[index])
                index += 1
                continue
            default: break
            }
            text.append(byte)
        }
        return text
    }

    /// `<address>`, the address perhaps with a route in front (RFC 5322 §4.4: `<@a,@b:x@y>`).
    private mutating func readAngle() {
        index += 1
        var address: [UInt8] = []
        reading: while index < bytes.endIndex {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: ">"):
                index += 1
                break reading
            case UInt8(ascii: "("):
                _ = readComment()
                continue reading
            case UInt8(ascii: "\""):
                let start = (phrase.count, plainAddress.count, blankPending)
                blankPending = false
                readQuoted()
                address += plainAddress[start.1...]
                phrase.removeLast(phrase.count - start.0)
                plainAddress.removeLast(plainAddress.count - start.1)
                blankPending = start.2
                continue reading
            case UInt8(ascii: ":") where address.first == UInt8(ascii: "@"):
                address.removeAll()
            case UInt8(ascii: "<"):
                // "<<x@y>>": the inner one counts.
                address.removeAll()
            case _ where byte.isWhiteSpace: break
            default: address.append(byte)
            }
            index += 1
        }
        while index < bytes.endIndex, bytes[index] == UInt8(ascii: ">") { index += 1 }
        // A comment after the address can still be the name: "<x@y> (Name)".
        skipBlanks()
        if phrase.isEmpty, index < bytes.endIndex, bytes[index] == UInt8(ascii: "(") {
            comment = readComment()
        }
        append(name: phrase.isEmpty ? comment : phrase, address: address)
        clear()
        skipToSeparator()
    }

    private mutating func skipBlanks() {
        while index < bytes.endIndex, bytes[index].isWhiteSpace { index += 1 }
    }

    /// After `<address>` nothing counts up to the separator; a new mailbox may lack one.
    private mutating func skipToSeparator() {
        skipBlanks()
        if index < bytes.endIndex,
            bytes[index] == UInt8(ascii: ",") || bytes[index] == UInt8(ascii: ";")
        {
            index += 1
        }
    }

    /// What came before a separator, with no `<` in it: an address, perhaps with a comment.
    private mutating func endPlainMailbox() {
        if plainAddress.isEmpty {
            // Nothing, or a comment alone.
        } else if hasInnerBlank {
            endWords()
        } else {
            append(name: comment, address: plainAddress)
        }
        clear()
    }

    /// Several words without `<`: the one with an `@` is the address, the others the name.
    private mutating func endWords() {
        let words = phrase.split(separator: .blank)
        if let address = words.first(where: { $0.contains(UInt8(ascii: "@")) }) {
            let name = words.filter { $0 != address }.joined(separator: [.blank])
            append(name: Array(name), address: Array(address))
        } else {
            append(name: phrase, address: [])
        }
    }

    private mutating func append(name: [UInt8], address: [UInt8]) {
        let name = EncodedWord.text(from: name[...]).withoutControls.trimmed
        let address = Charset.decode(Self.unquoted(address)[...], label: nil).withoutControls
            .trimmed
        if name.isEmpty && address.isEmpty { return }
        mailboxes.append(Mailbox(name: name, address: address))
    }

    private mutating func clear() {
        phrase.removeAll(keepingCapacity: true)
        plainAddress.removeAll(keepingCapacity: true)
        comment.removeAll(keepingCapacity: true)
        hasInnerBlank = false
        blankPending = false
    }

    /// A local part in quotes that needs none, without them: `"abc"@example.org` is
    /// `abc@example.org` (RFC 5321 §4.1.2: the quotes do not belong to the address).
    private static func unquoted(_ address: [UInt8]) -> [UInt8] {
        guard address.first == UInt8(ascii: "\""),
            let end = address.dropFirst().firstIndex(of: UInt8(ascii: "\"")), end > 1,
            address[1..<end].allSatisfy({ isAtomCharacter($0) || $0 == UInt8(ascii: ".") }),
            address[1] != UInt8(ascii: "."), address[end - 1] != UInt8(ascii: ".")
        else { return address }
        return Array(address[1..<end]) + address[(end + 1)...]
    }

    /// RFC 5322 §3.2.3: atext, and UTF-8 (RFC 6532 §3.2).
    private static func isAtomCharacter(_ byte: UInt8) -> Bool {
        byte.isDigit || byte.lowered &- 97 < 26 || byte >= 128
            || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }
}
