internal import CoreText

/// The blocks of a message's text, cleaned, and which of them are left off.
struct Body {
    private let blocks: [TextBlock]
    /// Unicode scalars of each kind as they came, for saying how much was left off.
    private let lengths: [TextBlock.Kind: Int]
    /// The same of what lies beyond the limit.
    private let beyond: [TextBlock.Kind: Int]
    /// The kinds that are left off, for whatever reason.
    private(set) var omitted: Set<TextBlock.Kind> = []
    /// False: the text has no empty lines any more.
    private(set) var keepsBlankLines = true
    /// What is sent of the blocks that are not left off.
    private(set) var text: String

    /// Takes no more than `limit` scalars of each kind: what no message could hold is not worked on.
    init(_ source: [TextBlock], limit: Int) {
        var room: [TextBlock.Kind: Int] = [:]
        var lengths: [TextBlock.Kind: Int] = [:]
        var beyond: [TextBlock.Kind: Int] = [:]
        var blocks: [TextBlock] = []
        for block in source {
            lengths[block.kind, default: 0] += block.text.scalarCount
            let left = room[block.kind] ?? limit
            let clean = CleanText.lines(block.text, limit: left)
            let count = clean.scalarCount
            // About: blanks that shrink are not told from text here.
            if count >= left {
                beyond[block.kind, default: 0] += block.text.scalarCount - count
            }
            room[block.kind] = left - count
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
        beyond.reduce(0) { omitted.contains($1.key) ? $0 : $0 + $1.value }
    }

    func has(_ kind: TextBlock.Kind) -> Bool {
        blocks.contains { $0.kind == kind && !$0.text.isEmpty }
    }

    /// Leaves kinds off, unless nothing would be left then. Returns whether it did.
    mutating func omit(_ kinds: Set<TextBlock.Kind>) -> Bool {
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
    func length(of kind: TextBlock.Kind) -> Int { lengths[kind] ?? 0 }

    private func joined(without kinds: Set<TextBlock.Kind>) -> String {
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

    private static func withoutBlankLines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: true).joined(separator: "\n")
    }
}
