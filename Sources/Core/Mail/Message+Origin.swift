/// Where a message comes from: what the mail system wrote above it, and whether a machine sent it.
extension Message {
    /// The fields above the topmost Received, which only the last mail system can have put there:
    /// it writes its Received on top of what it was given. All fields of a message without
    /// Received are below: nobody vouches for any of them.
    package var trustedFields: ArraySlice<Header.Field> {
        header.fields[..<(topmostReceived ?? 0)]
    }

    /// The value of the first trusted field of that name, unfolded; nil when there is none.
    package func trusted(_ name: String) -> String? {
        guard let index = header.firstIndex(of: name), trustedFields.indices.contains(index) else {
            return nil
        }
        return header.value(of: header.fields[index])
    }

    /// The values of all trusted fields of that name, in their order, unfolded.
    package func trustedAll(_ name: String) -> [String] {
        header.all(name, in: trustedFields)
    }

    /// Whether every header field was kept, and to its end. What is wrong with the message's own header
    /// comes first among the defects, so their limit hides none of it.
    package var hasWholeHeader: Bool {
        !defects.contains {
            [.headerTooLong, .tooManyFields, .fieldTooLong].contains($0.kind)
        }
    }

    /// The `id` of the topmost Received (RFC 5321 §4.4): the mail system's queue id, one word of
    /// printable ASCII. Nil when there is none.
    package var queueIDFromReceived: String? {
        guard let index = topmostReceived else { return nil }
        let words = Self.wordsOutsideComments(header.bytes(of: header.fields[index]))
        guard let label = words.firstIndex(where: { $0.equalsIgnoringCase("id") }),
            label + 1 < words.count
        else { return nil }
        return Self.printable(words[label + 1])
    }

    /// The Message-ID with its angle brackets, as it stands but for blanks and controls.
    package var messageID: String? {
        guard let value = header.bytes("Message-ID") else { return nil }
        let id = value.filter { $0 > 32 && $0 < 127 }
        return id.isEmpty ? nil : String(decoding: id, as: UTF8.self)
    }

    /// The keyword of Auto-Submitted (RFC 3834 §5), lower case: `no`, `auto-generated`,
    /// `auto-replied`, `auto-notified`. Nil when absent.
    package var autoSubmitted: String? {
        guard let value = header.bytes("Auto-Submitted") else { return nil }
        var reader = ParameterReader(value)
        let word = reader.word()
        return word.isEmpty ? nil : word
    }

    /// Whether it says that no person sent it: Auto-Submitted other than `no`.
    package var isAutomatic: Bool { autoSubmitted.map { $0 != "no" } ?? false }

    /// Whether it answers another message by itself: an out-of-office reply, a bounce.
    package var isAutomaticReply: Bool {
        if autoSubmitted == "auto-replied" || isDeliveryReport { return true }
        // What was written before RFC 3834, and still is: Microsoft's, Lotus's and Debian's words.
        if let precedence = header.first("Precedence")?.asciiLowered, precedence == "auto_reply" {
            return true
        }
        return ["X-Autoreply", "X-Autorespond", "X-Autoresponse"].contains {
            header.first($0).map { $0.asciiLowered != "no" } ?? false
        }
    }

    /// A report about another message's delivery (RFC 3464, RFC 3462): a bounce or a delay.
    package var isDeliveryReport: Bool {
        guard root.mediaType.essence == "multipart/report" else { return false }
        if let kind = root.mediaType.parameters["report-type"]?.asciiLowered {
            return kind == "delivery-status"
        }
        return root.children.contains { $0.mediaType.essence == "message/delivery-status" }
    }

    private var topmostReceived: Int? { header.firstIndex(of: "Received") }

    /// RFC 5322 §3.6.7: the words before the date; comments do not count.
    private static func wordsOutsideComments(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var words: [ArraySlice<UInt8>] = []
        var start: Int?
        var depth = 0
        var index = bytes.startIndex
        scan: while index < bytes.endIndex {
            let byte = bytes[index]
            let isBreak =
                byte.isWhiteSpace || byte == UInt8(ascii: "(") || byte == UInt8(ascii: ";")
            if depth == 0, isBreak, let begin = start {
                words.append(bytes[begin..<index])
                start = nil
            }
            switch byte {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth = max(0, depth - 1)
            case UInt8(ascii: "\\") where depth > 0: index += 1
            case UInt8(ascii: ";") where depth == 0: break scan
            case _ where depth == 0 && start == nil && !isBreak: start = index
            default: break
            }
            index += 1
        }
        if depth == 0, let start { words.append(bytes[start..<min(index, bytes.endIndex)]) }
        return words
    }

    /// Nil when it is none that could stand in a log: an outsider may have written it.
    private static func printable(_ word: ArraySlice<UInt8>) -> String? {
        let word = word.first == UInt8(ascii: "<") ? word.dropFirst().prefix { $0 != 62 } : word
        guard (1...100).contains(word.count), word.allSatisfy({ $0 > 32 && $0 < 127 }) else {
            return nil
        }
        return String(decoding: word, as: UTF8.self)
    }
}
