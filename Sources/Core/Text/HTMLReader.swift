/// Walks through HTML's tokens and writes the visible text: the work behind `HTMLText`.
///
/// It keeps a stack of those open elements only that change something for what is in them, and of elements
/// with the same name inside of these, so that the right end tag ends them.
struct HTMLReader {
    private(set) var writer: TextWriter
    private var tokenizer: HTMLTokenizer
    private var styles = HTMLStyleSheet()
    private var open: [OpenElement] = []
    /// Elements begun when the stack was full, and not ended yet.
    private var overflow = 0
    /// The rest of the text is quoted: Outlook's mark of where its answer ends was seen.
    private var isRestQuoted = false
    /// Whether the raw text that comes next is not shown.
    private var isRawHidden = false
    private let links: HTMLText.Links
    private let showsAlternatives: Bool

    /// What holds inside of an element. The outermost state belongs to no element.
    private struct State {
        var isHidden = false
        var isInvisible = false
        var hasNoFontSize = false
        var quotation = HTMLText.Quotation.none
        var isPreformatted = false

        var isSilent: Bool { isHidden || isInvisible || hasNoFontSize }
    }

    private struct OpenElement {
        /// Hash of the name, in small letters.
        let name: UInt64
        let element: HTMLElement
        var state: State
        /// Of an ordered list: the number of its next item.
        var nextNumber = 1
        /// Of a link: its address.
        var address: Range<Int>?
        /// Where its text begins: bytes and lines written before it.
        let textStart: Int
        let lineStart: Int
        /// Of a row: whether the cell that ended last has one line, so that the next may stand in it.
        var endsInFirstLine = false
    }

    private var state: State { open.last?.state ?? State() }
    private var quotation: HTMLText.Quotation { isRestQuoted ? .certain : state.quotation }

    init(_ bytes: [UInt8], links: HTMLText.Links, limit: Int, showsAlternatives: Bool) {
        tokenizer = HTMLTokenizer(bytes)
        writer = TextWriter(limit: limit)
        self.links = links
        self.showsAlternatives = showsAlternatives
    }

    mutating func read() {
        while !writer.isFull, let token = tokenizer.next() {
            switch token {
            case .text(let range): put(range)
            case .startTag: start()
            case .endTag: end()
            case .rawText(let range): putRaw(range)
            }
        }
    }

    // MARK: - Elements

    private mutating func start() {
        let element = HTMLElement(named: tokenizer.name[...])
        closeImplied(by: element)
        let style = readStyle()
        if element.contains(.void) {
            if !state.isSilent && !style.isHidden { putVoid(element) }
            return
        }
        if element.contains(.raw) {
            isRawHidden = state.isSilent || style.isHidden || element.contains(.skipped)
            if !isRawHidden { breakBefore(element, style) }
            return
        }
        let name = hash(tokenizer.name)
        var inner = state
        let isHidden = element.contains(.skipped) || style.isHidden
        if isHidden { inner.isHidden = true }
        if let isVisible = style.isVisible { inner.isInvisible = !isVisible }
        if let hasNoFontSize = style.hasNoFontSize { inner.hasNoFontSize = hasNoFontSize }
        if element.contains(.preformatted) { inner.isPreformatted = true }
        if marksQuotation(element) {
            inner.quotation = .certain
        } else if element.contains(.quotation), inner.quotation == .none {
            inner.quotation = .perhaps
        }

        if !inner.isSilent { breakBefore(element, style) }
        guard
            element.isDisjoint(with: Self.alwaysKept) == false || !same(inner, state)
                || (element.contains(.link) && links != .text)
                || open.contains(where: { $0.name == name })
        else { return }
        guard open.count < Self.deepest else {
            overflow += 1
            return
        }
        var opened = OpenElement(
            name: name, element: element, state: inner, textStart: writer.count,
            lineStart: writer.lineCount)
        if element.contains(.orderedList), let number = number("start") {
            opened.nextNumber = number
        }
        if element.contains(.link) {
            opened.address = tokenizer.attribute("href")
        }
        open.append(opened)
    }

    private mutating func end() {
        let element = HTMLElement(named: tokenizer.name[...])
        if element.contains(.lineBreak), !state.isSilent { writer.endLine() }  // `</br>` is `<br>`
        guard !element.contains(.void) else { return }
        if overflow > 0 {
            overflow -= 1
        } else {
            close(hash(tokenizer.name), element)
        }
        if !state.isSilent { breakAfter(element) }
    }

    /// Ends the innermost open element of that name, and all inside of it. What belongs to a table is not
    /// looked for outside of the innermost table.
    private mutating func close(_ name: UInt64, _ element: HTMLElement) {
        let staysInTable = !element.isDisjoint(with: [.cell, .row])
        for index in open.indices.reversed() {
            if open[index].name == name {
                while open.count > index { pop() }
                return
            }
            if staysInTable && open[index].element.contains(.table) { return }
        }
    }

    private mutating func pop() {
        guard let closed = open.popLast(), !closed.state.isSilent else { return }
        if let address = closed.address {
            put(linkTo: address, textFrom: closed.textStart)
        } else if closed.element.contains(.cell), let row = open.indices.last,
            open[row].element.contains(.row)
        {
            open[row].endsInFirstLine =
                writer.count > open[row].textStart && writer.lineCount <= closed.lineStart + 1
        }
    }

    /// A cell ends the cell before it, a row the row, an item the item: HTML lets their end tags be left out.
    private mutating func closeImplied(by element: HTMLElement) {
        let kin: HTMLElement
        let fence: HTMLElement
        if element.contains(.cell) {
            (kin, fence) = (.cell, [.table, .row])
        } else if element.contains(.row) {
            (kin, fence) = (.row, .table)
        } else if element.contains(.listItem) {
            (kin, fence) = (.listItem, .list)
        } else if element.contains(.block) {
            closeParagraph()
            return
        } else {
            return
        }
        for index in open.indices.reversed() {
            if !open[index].element.isDisjoint(with: fence) { return }
            if open[index].element.contains(kin) {
                while open.count > index { pop() }
                return
            }
        }
    }

    /// Any block ends a `<p>` that is the innermost open element, as in `<p hidden>no<p>yes`.
    private mutating func closeParagraph() {
        if let last = open.last, last.name == Self.paragraphName { pop() }
    }

    // MARK: - Lines

    private mutating func breakBefore(_ element: HTMLElement, _ style: HTMLStyle) {
        if element.contains(.cell) {
            let isJoined = open.last.map { $0.element.contains(.row) && $0.endsInFirstLine }
            if isJoined == true { writer.joinLine() } else { writer.putBlank() }
        } else if element.contains(.block), let last = open.last, last.element.contains(.cell),
            last.textStart == writer.count
        {
            // The first block of a cell begins where the cell does.
        } else if element.contains(.paragraph) && !isNested(element) && !style.hasNoMargin {
            writer.startParagraph()
        } else if element.contains(.block) {
            writer.startLine()
        }
        if element.contains(.listItem) { putItemMark() }
    }

    private mutating func breakAfter(_ element: HTMLElement) {
        if element.contains(.cell) {
            writer.putBlank()
        } else if element.contains(.block) {
            writer.startLine()
        }
    }

    /// Whether a list stands in a list or a table in a table, where no blank line sets it apart.
    private func isNested(_ element: HTMLElement) -> Bool {
        let kin = element.intersection([.list, .table])
        guard !kin.isEmpty else { return false }
        return open.contains { !$0.element.isDisjoint(with: [.list, .table]) }
    }

    private mutating func putItemMark() {
        guard let list = open.lastIndex(where: { $0.element.contains(.list) }),
            open[list].element.contains(.orderedList)
        else {
            put("- ")
            return
        }
        if let number = number("value") { open[list].nextNumber = number }
        put("\(open[list].nextNumber). ")
        open[list].nextNumber &+= 1
    }

    private mutating func putVoid(_ element: HTMLElement) {
        if element.contains(.lineBreak) {
            writer.endLine()
        } else if element.contains(.paragraph) {
            writer.startLine()
        } else if element.contains(.image), showsAlternatives,
            let text = tokenizer.attribute("alt"), !text.isEmpty
        {
            writer.putBlank()
            put(text, inAttribute: true)
            writer.putBlank()
        }
    }

    // MARK: - Text

    private mutating func putRaw(_ range: Range<Int>) {
        if tokenizer.name == Array("style".utf8) {
            styles.add(tokenizer.bytes, in: range)
        } else if !isRawHidden {
            put(range)
        }
    }

    private mutating func put(_ text: String) {
        let quotation = quotation
        for scalar in text.unicodeScalars { writer.put(scalar, quotation) }
    }

    private mutating func put(_ range: Range<Int>, inAttribute: Bool = false) {
        let state = state
        guard !state.isSilent else { return }
        let quotation = quotation
        var position = range.lowerBound
        while position < range.upperBound, !writer.isFull {
            let byte = tokenizer.bytes[position]
            if byte == UInt8(ascii: "&"),
                let entity = Entity(
                    in: tokenizer.bytes, at: position, end: range.upperBound,
                    inAttribute: inAttribute)
            {
                writer.put(entity.first, quotation)
                if let second = entity.second { writer.put(second, quotation) }
                position += entity.byteCount
            } else if byte.isHTMLSpace {
                putSpace(byte, isPreformatted: state.isPreformatted, quotation)
                position += 1
            } else if byte > 0x20 && byte < 0x7F {
                var end = position + 1
                while end < range.upperBound, Self.isPlain(tokenizer.bytes[end]) { end += 1 }
                writer.put(ascii: tokenizer.bytes[position..<end], quotation)
                position = end
            } else if byte < 0x80 {
                position += 1
            } else {
                let (scalar, count) = Self.scalar(
                    in: tokenizer.bytes, at: position, end: range.upperBound)
                writer.put(scalar, quotation)
                position += count
            }
        }
    }

    /// ASCII that is shown and begins nothing.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "&")
    }

    private mutating func putSpace(
        _ byte: UInt8, isPreformatted: Bool, _ quotation: HTMLText.Quotation
    ) {
        if !isPreformatted {
            writer.putBlank()
        } else if byte == UInt8(ascii: "\n") {
            writer.endLine()
        } else if byte.isBlank {
            writer.putPreformatted(byte)
        }
    }

    /// The scalar whose UTF-8 begins at `position`; the bytes come from a String, so they are well formed
    /// but for a cut at the very end.
    private static func scalar(
        in bytes: [UInt8], at position: Int, end: Int
    ) -> (Unicode.Scalar, Int) {
        let first = bytes[position]
        let count = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard first >= 0xC0, position + count <= end else { return ("\u{FFFD}", 1) }
        var value = UInt32(first) & (count == 2 ? 0x1F : count == 3 ? 0x0F : 0x07)
        for byte in bytes[(position + 1)..<(position + count)] {
            value = value << 6 | UInt32(byte & 0x3F)
        }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", count)
    }

    // MARK: - Attributes

    private func readStyle() -> HTMLStyle {
        guard !tokenizer.attributes.isEmpty else { return HTMLStyle() }
        var style = HTMLStyle()
        if let range = tokenizer.attribute("style") {
            style = HTMLStyle(tokenizer.bytes, in: range)
        }
        if tokenizer.attribute("hidden") != nil { style.isHidden = true }
        if let range = tokenizer.attribute("class") {
            // Word gives its paragraphs no margin; the style sheet that says so is not worth reading.
            if tokenizer.bytes[range].equalsIgnoringCase("msonormal") { style.hasNoMargin = true }
            if !style.saysDisplay && styles.hides(classes: tokenizer.bytes[range]) {
                style.isHidden = true
            }
        }
        if let range = tokenizer.attribute("id"), styles.hides(id: tokenizer.bytes[range]) {
            style.isHidden = true
        }
        return style
    }

    /// Whether a mail program marked the element's content as quoted.
    private mutating func marksQuotation(_ element: HTMLElement) -> Bool {
        guard !tokenizer.attributes.isEmpty else { return false }
        if element.contains(.quotation), let type = tokenizer.attribute("type"),
            tokenizer.bytes[type].equalsIgnoringCase("cite")
        {
            return true
        }
        if let range = tokenizer.attribute("id") {
            let id = tokenizer.bytes[range]
            if id.equalsIgnoringCase("appendonsend") || id.equalsIgnoringCase("divrplyfwdmsg") {
                isRestQuoted = true
                return true
            }
            if id.equalsIgnoringCase("olk_src_body_section") { return true }
        }
        guard let range = tokenizer.attribute("class") else { return false }
        return tokenizer.bytes[range].split(whereSeparator: \.isHTMLSpace).contains { name in
            name.equalsIgnoringCase("gmail_quote") || name.equalsIgnoringCase("yahoo_quoted")
                || name.equalsIgnoringCase("moz-cite-prefix")
                || name.equalsIgnoringCase("protonmail_quote")
        }
    }

    private func number(_ attribute: StaticString) -> Int? {
        guard let range = tokenizer.attribute(attribute), range.count <= 6 else { return nil }
        return Int(String(decoding: tokenizer.bytes[range], as: UTF8.self))
    }

    // MARK: - Links

    private mutating func put(linkTo address: Range<Int>, textFrom start: Int) {
        guard links != .text, !writer.isFull else { return }
        let target = LinkAddress(tokenizer.bytes, in: address)
        let shown = writer.bytes[min(start, writer.count)...]
        guard let target, target.isWorthShowing(besides: shown, links) else { return }
        writer.putBlank()
        put(shown.isEmpty ? target.text : "<\(target.text)>")
    }

    // MARK: - Helpers

    private func same(_ one: State, _ other: State) -> Bool {
        one.isHidden == other.isHidden && one.isInvisible == other.isInvisible
            && one.hasNoFontSize == other.hasNoFontSize && one.quotation == other.quotation
            && one.isPreformatted == other.isPreformatted
    }

    private static let alwaysKept: HTMLElement = [
        .table, .row, .cell, .list, .listItem, .preformatted,
    ]
    /// Open elements that are kept track of. Real mail has about 30 tables in tables.
    private static let deepest = 256
    private static let paragraphName = hash(Array("p".utf8))
}

/// FNV-1a, so that a stack entry need not hold a string.
private func hash(_ name: [UInt8]) -> UInt64 {
    var value: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return value
}
