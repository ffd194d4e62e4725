/// Cuts a text into blocks by role: what is said now, what is quoted, signed, or added by a gateway.
///
/// In: lines, some of them perhaps marked as quoted by HTML. Out: blocks that joined by LF are the text
/// again. Blank lines between two roles go with the one that may be left off. If nothing would be left as
/// body, the whole text is body: stripping must never empty a message.
enum TextClassifier {
    static func blocks(
        of lines: [Line], isFromMachine: Bool = false, disclaimers: [DisclaimerPattern] = []
    ) -> [TextBlock] {
        if lines.isEmpty { return [] }
        var lines = lines
        Quotation.mark(&lines)
        Signature.mark(&lines, isFromMachine: isFromMachine)
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
        for line in lines {
            let text = line.text.trimmingBlanksAtEnd
            if let last = blocks.last, last.kind == line.kind {
                blocks[blocks.count - 1].text += "\n" + text
            } else {
                blocks.append(TextBlock(kind: line.kind, text: text))
            }
        }
        return blocks
    }
}

extension Substring {
    /// Without blanks and tabs at its end.
    var trimmingBlanksAtEnd: String {
        var bytes = utf8[...]
        while let last = bytes.last, last.isBlank { bytes = bytes.dropLast() }
        return String(Substring(bytes))
    }
}
