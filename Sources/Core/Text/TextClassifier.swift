/// Cuts a text into blocks by role: what is said now, what is quoted, signed, or added by a gateway.
///
/// In: lines, some of them perhaps marked as quoted by HTML. Out: blocks that joined by LF are the text
/// again. Blank lines between two roles go with the one that may be left off. If nothing would be left as
/// body, the whole text is body: stripping must never empty a message.
enum TextClassifier {
    static func blocks(
        of lines: consuming [Line], author: Author = Author(), disclaimers: [OperatorPattern] = []
    ) -> [TextBlock] {
        if lines.isEmpty { return [] }
        Quotation.mark(&lines, author)
        Signature.mark(&lines, author)
        Footer.mark(&lines, disclaimers: disclaimers)
        if !lines.hasBody { lines.mark(lines.indices, .body) }
        giveAwayBlankLines(&lines)
        return joined(lines)
    }

    private static func giveAwayBlankLines(_ lines: inout [Line]) {
        var index = 0
        while index < lines.count {
            guard lines[index].isBlank, lines[index].kind == .body else {
                index += 1
                continue
            }
            let end = lines[index...].firstIndex { !$0.isBlank || $0.kind != .body } ?? lines.count
            let before = index > 0 ? lines[index - 1].kind : .body
            let after = end < lines.count ? lines[end].kind : before
            if after != .body {
                lines.mark(index..<end, after)
            } else if before != .body {
                lines.mark(index..<end, before)
            }
            index = end
        }
    }

    private static func joined(_ lines: [Line]) -> [TextBlock] {
        var blocks: [TextBlock] = []
        var start = 0
        while start < lines.count {
            let kind = lines[start].kind
            let end = lines[start...].firstIndex { $0.kind != kind } ?? lines.count
            blocks.append(TextBlock(kind: kind, text: lines.text(of: start..<end)))
            start = end
        }
        return blocks
    }
}
