internal import CoreText

/// The blocks of a message's text, cleaned, and which of them are left off.
struct Body {
    private let blocks: [TextBlock]
    /// Unicode scalars of each kind as they came, for saying how much was left off.
    private let lengths: KindCounts
    /// The same of what lies beyond the limit.
    private let beyond: KindCounts
    /// The kinds that are left off, for whatever reason.
    private(set) var omitted: Kinds = []
    /// False: the text has no empty lines any more.
    private(set) var keepsBlankLines = true
    /// What is sent of the blocks that are not left off.
    private(set) var text: String

    /// Takes no more than `limit` scalars of each kind: what no message could hold is not worked on.
    init(_ source: [TextBlock], limit: Int) {
        var room = KindCounts(each: limit)
        var lengths = KindCounts(each: 0)
        var beyond = KindCounts(each: 0)
        var blocks: [TextBlock] = []
        for block in source {
            let length = block.text.scalarCount
            lengths[block.kind] += length
            let left = room[block.kind]
            let clean = CleanText.lines(block.text, limit: left)
            let count = clean.scalarCount
            // About: blanks that shrink are not told from text here.
            if count >= left { beyond[block.kind] += length - count }
            // White space has no limit of its own, so there may be more of it than room.
            room[block.kind] = max(0, left - count)
            blocks.append(TextBlock(kind: block.kind, text: clean))
        }
        self.blocks = blocks
        self.lengths = lengths
        self.beyond = beyond
        text = ""
        text = joined(without: [])
    }

    /// Unicode scalars beyond the limit, of the blocks that are not left off.
    var unseen: Int {
        TextBlock.Kind.allCases.reduce(0) { omitted.contains($1) ? $0 : $0 + beyond[$1] }
    }

    func has(_ kind: TextBlock.Kind) -> Bool {
        blocks.contains { $0.kind == kind && !$0.text.isEmpty }
    }

    /// Leaves kinds off, unless nothing would be left then. Returns whether it did.
    mutating func omit(_ kinds: Kinds) -> Bool {
        let rest = joined(without: omitted.union(kinds))
        guard !rest.isEmpty || text.isEmpty else { return false }
        omitted.formUnion(kinds)
        text = rest
        return true
    }

    /// Takes the empty lines out. Returns how many characters that saved.
    mutating func omitBlankLines() -> Int {
        let before = text.scalarCount
        keepsBlankLines = false
        text = joined(without: omitted)
        return before - text.scalarCount
    }

    /// Takes the first line off if it is `line` and others follow. Returns whether it did.
    mutating func omit(firstLine line: String) -> Bool {
        guard !line.isEmpty, text.hasPrefix(line + "\n") else { return false }
        text = String(text.dropFirst(line.count).trimmedStart())
        return true
    }

    /// Unicode scalars that came of a kind.
    func length(of kind: TextBlock.Kind) -> Int { lengths[kind] }

    private func joined(without kinds: Kinds) -> String {
        var text = ""
        var isBlank = false
        for block in blocks where !kinds.contains(block.kind) {
            if block.text.isEmpty {
                isBlank = true
            } else {
                if !text.isEmpty { text += isBlank && keepsBlankLines ? "\n\n" : "\n" }
                text += keepsBlankLines ? block.text : Self.withoutBlankLines(block.text)
                isBlank = false
            }
        }
        return text
    }

    static func withoutBlankLines(_ text: String) -> String {
        let octets = text.utf8.span
        let lineFeed = UInt8(ascii: "\n")
        var lines: [UInt8] = []
        lines.append(addingCapacity: octets.count) { lines in
            var isLineStart = true
            for index in octets.indices {
                let isLineEnd = octets[index] == lineFeed
                if !isLineEnd || !isLineStart { lines.append(octets[index]) }
                isLineStart = isLineEnd
            }
        }
        if lines.last == lineFeed { lines.removeLast() }
        return String(decoding: lines, as: UTF8.self)
    }
}
