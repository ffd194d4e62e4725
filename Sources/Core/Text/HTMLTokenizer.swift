/// Cuts HTML into tags and text in one pass, without building a tree.
///
/// In: bytes, taken as they come. Out: tokens that are ranges into those bytes, so that nothing is copied.
/// Every input has tokens, and reading them takes time linear in the input and memory that does not grow.
/// Comments, declarations and processing instructions give no token; a conditional comment is a comment,
/// and `<![if ...]>` is a declaration, so what stands between two of them stays.
///
/// Where HTML would lose all the rest of the text to something never closed (a comment, a quotation mark, a
/// `<style>`), the construct ends at the next `>` or `<body>` instead: a late warning matters more than a
/// stray brace. It does not decode character references: `Entity` does.
struct HTMLTokenizer {
    enum Token {
        case text(Range<Int>)
        /// `name` and `attributes` of the tokenizer describe it until the next call.
        case startTag
        /// `name` is the element's.
        case endTag
        /// The content of an element in which markup means nothing; `name` is still the element's.
        case rawText(Range<Int>)
    }

    struct Attribute {
        let name: Range<Int>
        /// Without quotation marks, character references not decoded. Empty when there is none.
        let value: Range<Int>
    }

    let bytes: [UInt8]
    /// In small letters, cut at `longestName`.
    private(set) var name: [UInt8] = []
    private(set) var attributes: [Attribute] = []

    private var position = 0
    /// The element whose raw text comes next.
    private var isRawTextNext = false
    /// Bytes that were searched for up to the end and are not there, so that no search is made twice.
    private var lacksCommentEnd = false
    private var lacksDoubleQuote = false
    private var lacksSingleQuote = false
    private var missingTags: [[UInt8]] = []
    /// The first `>` from `position` on, as far as it is known; `bytes.count` when there is none.
    private var nextGreater = -1

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> Token? {
        if isRawTextNext {
            isRawTextNext = false
            return .rawText(takeRawText())
        }
        while position < bytes.count {
            let start = position
            if bytes[position] == less {
                if let token = takeMarkup() { return token }
                if position > start { continue }
                position += 1  // a `<` that opens nothing is text
            }
            while position < bytes.count, bytes[position] != less { position += 1 }
            return .text(start..<position)
        }
        return nil
    }

    /// Bytes of the value of an attribute, or nil when the tag has none of that name. The first one counts.
    func attribute(_ wanted: StaticString) -> Range<Int>? {
        for attribute in attributes where bytes[attribute.name].equalsIgnoringCase(wanted) {
            return attribute.value
        }
        return nil
    }

    // MARK: - Markup

    /// Takes what begins with the `<` at `position`. nil with `position` moved: markup without a token;
    /// nil with `position` unmoved: no markup.
    private mutating func takeMarkup() -> Token? {
        if nextGreater < position { nextGreater = find(greater, from: position) ?? bytes.count }
        guard position + 1 < nextGreater, nextGreater < bytes.count else { return nil }
        let next = bytes[position + 1]
        if next.isASCIILetter {
            position += 1
            takeName()
            takeAttributes()
            isRawTextNext = HTMLElement(named: name[...]).contains(.raw)
            return .startTag
        }
        if next == slash {
            if bytes[position + 2].isASCIILetter {
                position += 2
                takeName()
                takeAttributes()
                return .endTag
            }
            skipPast(greater)
        } else if next == UInt8(ascii: "!") {
            if position + 3 < bytes.count, bytes[position + 2] == hyphen,
                bytes[position + 3] == hyphen
            {
                skipComment()
            } else {
                skipPast(greater)
            }
        } else if next == UInt8(ascii: "?") {
            skipPast(greater)
        }
        return nil
    }

    private mutating func takeName() {
        name.removeAll(keepingCapacity: true)
        while position < bytes.count {
            let byte = bytes[position]
            if byte.isHTMLSpace || byte == slash || byte == greater { break }
            if byte == less { break }  // `<b<i>`: a tag that lacks its end
            if name.count < Self.longestName { name.append(byte.asciiLowercased) }
            position += 1
        }
    }

    /// Takes the attributes and the `>`. Past `mostAttributes` they are read over.
    private mutating func takeAttributes() {
        attributes.removeAll(keepingCapacity: true)
        while position < bytes.count {
            let byte = bytes[position]
            if byte == greater {
                position += 1
                return
            }
            if byte.isHTMLSpace || byte == slash {
                position += 1
                continue
            }
            if byte == less { return }
            let attribute = takeAttribute()
            if attributes.count < Self.mostAttributes { attributes.append(attribute) }
        }
    }

    private mutating func takeAttribute() -> Attribute {
        let start = position
        position += 1  // even `=` can begin a name
        while position < bytes.count {
            let byte = bytes[position]
            if byte.isHTMLSpace || byte == slash || byte == greater
                || byte == UInt8(ascii: "=")
            {
                break
            }
            position += 1
        }
        let name = start..<position
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else {
            return Attribute(name: name, value: name.upperBound..<name.upperBound)
        }
        position += 1
        skipSpace()
        return Attribute(name: name, value: takeValue())
    }

    private mutating func takeValue() -> Range<Int> {
        guard position < bytes.count else { return position..<position }
        let quote = bytes[position]
        if quote == UInt8(ascii: "\""), !lacksDoubleQuote {
            if let end = find(quote, from: position + 1) { return takeQuoted(upTo: end) }
            lacksDoubleQuote = true
        } else if quote == UInt8(ascii: "'"), !lacksSingleQuote {
            if let end = find(quote, from: position + 1) { return takeQuoted(upTo: end) }
            lacksSingleQuote = true
        }
        let start = position
        while position < bytes.count, !bytes[position].isHTMLSpace, bytes[position] != greater {
            position += 1
        }
        return start..<position
    }

    private mutating func takeQuoted(upTo end: Int) -> Range<Int> {
        let start = position + 1
        position = end + 1
        return start..<end
    }

    private mutating func skipComment() {
        let start = position
        position += 4
        // `<!-->` and `<!--->` are whole comments.
        if position < bytes.count, bytes[position] == greater {
            position += 1
            return
        }
        if position + 1 < bytes.count, bytes[position] == hyphen, bytes[position + 1] == greater {
            position += 2
            return
        }
        if !lacksCommentEnd {
            while position < bytes.count {
                guard let dashes = find(hyphen, from: position) else { break }
                position = dashes + 1
                guard position < bytes.count, bytes[position] == hyphen else { continue }
                var end = position + 1
                if end < bytes.count, bytes[end] == UInt8(ascii: "!") { end += 1 }
                if end < bytes.count, bytes[end] == greater {
                    position = end + 1
                    return
                }
            }
            lacksCommentEnd = true
        }
        position = start
        skipPast(greater)
    }

    /// Takes the content of the raw element just begun, up to its end tag. Without one: up to `<body` or
    /// `</head`, and for `<title>` and `<textarea>` up to the next tag.
    private mutating func takeRawText() -> Range<Int> {
        let start = position
        if let end = findTag([slash] + name, from: start) {
            position = end
        } else if name == Array("title".utf8) || name == Array("textarea".utf8) {
            position = find(less, from: start) ?? bytes.count
        } else {
            position =
                findTag(Array("body".utf8), from: start)
                ?? findTag([slash] + Array("head".utf8), from: start) ?? bytes.count
        }
        return start..<position
    }

    /// Finds the next `<` followed by `tag` (with its slash, if it is an end tag) as a whole name.
    private mutating func findTag(_ tag: [UInt8], from start: Int) -> Int? {
        if missingTags.contains(tag) { return nil }
        var search = start
        while let opening = find(less, from: search) {
            search = opening + 1
            let end = search + tag.count
            guard end <= bytes.count else { break }
            guard zip(bytes[search..<end], tag).allSatisfy({ $0.asciiLowercased == $1 }) else {
                continue
            }
            if end == bytes.count || !bytes[end].isASCIILetterOrDigit { return opening }
        }
        missingTags.append(tag)
        return nil
    }

    // MARK: - Searching

    private func find(_ byte: UInt8, from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            if bytes[index] == byte { return index }
            index += 1
        }
        return nil
    }

    private mutating func skipPast(_ byte: UInt8) {
        position = find(byte, from: position).map { $0 + 1 } ?? bytes.count
    }

    private mutating func skipSpace() {
        while position < bytes.count, bytes[position].isHTMLSpace { position += 1 }
    }

    private static let longestName = 24
    private static let mostAttributes = 32
}

private let less = UInt8(ascii: "<")
private let greater = UInt8(ascii: ">")
private let hyphen = UInt8(ascii: "-")
private let slash = UInt8(ascii: "/")
