/// Finds what a reply or forward copied from earlier messages.
///
/// Three signs are known, in the languages of `QuotationWords`: lines that begin with `>`; a line that says
/// who wrote when (`On ... wrote:`, broken over up to four lines); and the block of header lines that
/// Outlook puts in front (`From:`, `Sent:`, `Subject:`), with or without `-----Original Message-----`.
///
/// A sender's answer survives wherever it stands: above the quotation, below it or between its lines. `>`
/// lines that nothing introduces are quoted only if nothing follows them. A message that is nothing but a
/// forward keeps the forwarded text as its body. Linear in the text.
enum Quotation {
    static func mark(_ lines: inout [Line]) {
        var isIntroduced = false
        var index = 0
        while index < lines.count {
            let line = lines[index]
            if line.kind != .body || line.startsWithQuoteMark || line.isBlank {
                index += 1
            } else if let block = headerBlock(lines, at: index) {
                let start = withRulesBefore(lines, block.lowerBound)
                if lines.hasBody(in: 0..<start) {
                    lines.mark(start..<lines.count, .quote)
                    return
                }
                lines.mark(start..<block.upperBound, .quote)  // only a forward: its text stays
                index = block.upperBound
            } else if let end = attribution(lines, at: index) {
                let next = lines[end...].firstIndex { !$0.isBlank }
                if let next, lines[next].isMarkedAsQuoted {
                    lines.mark(index..<next, .quote)
                    isIntroduced = true
                    index = next
                } else if lines.hasBody(in: 0..<index) {
                    lines.mark(index..<lines.count, .quote)
                    return
                } else {
                    lines.mark(index..<end, .quote)  // nothing was said before, so it is said after
                    index = end
                }
            } else {
                index += 1
            }
        }
        markQuoteMarks(&lines, isIntroduced: isIntroduced)
    }

    /// Marks the `>` lines: all of them if an attribution introduced them, else those at the end.
    private static func markQuoteMarks(_ lines: inout [Line], isIntroduced: Bool) {
        for index in lines.indices.reversed() where lines[index].kind == .body {
            if lines[index].startsWithQuoteMark || isIntroduced && lines[index].isIndented {
                lines[index].kind = .quote
            } else if !lines[index].isBlank && !isIntroduced && !isTail(lines[index]) {
                return
            }
        }
    }

    /// What may stand below a quotation without being an answer: nothing but a mobile footer.
    private static func isTail(_ line: Line) -> Bool { Signature.isMobileFooter(line) }

    // MARK: - "On ... wrote:"

    /// The end of the attribution that begins at line `start`, or nil.
    private static func attribution(_ lines: [Line], at start: Int) -> Int? {
        guard mayBeginAttribution(lines[start]) else { return nil }
        var joined = ""
        for end in start..<min(start + mostAttributionLines, lines.count) {
            let line = lines[end]
            if line.isBlank || line.startsWithQuoteMark || line.kind != .body { return nil }
            if !joined.isEmpty { joined += " " }
            joined += line.phrase
            guard joined.utf8.count <= longestAttribution else { return nil }
            let next = lines[(end + 1)...].first { !$0.isBlank }
            if isAttribution(joined, isQuoteNext: next?.isMarkedAsQuoted ?? false) {
                return end + 1
            }
        }
        return nil
    }

    /// A cheap first look, so that most lines need no lower-casing: the line, or one of the few after it,
    /// must have a digit, an address or an end that fits.
    private static func mayBeginAttribution(_ line: Line) -> Bool {
        line.text.utf8.count <= longestAttribution
            && line.text.utf8.contains {
                $0.isASCIIDigit || $0 == UInt8(ascii: "@") || $0 >= 0x80
                    || $0 == UInt8(ascii: ":")
            }
    }

    /// Whether a phrase says who wrote when. If the text below it is not marked as quoted, all of it would
    /// be taken for a quotation, so the phrase must then have the verb and the colon; else a log's line with
    /// a time and an address would do.
    private static func isAttribution(_ phrase: String, isQuoteNext: Bool) -> Bool {
        let endsWithColon = phrase.hasSuffix(":") || phrase.hasSuffix("：")
        let hasAddress = phrase.utf8.contains(UInt8(ascii: "@"))
        let hasDate = hasTimeOrYear(phrase)
        let verb = QuotationWords.verb(in: phrase)
        if isQuoteNext {
            return verb == .atEnd || endsWithColon && (verb != nil || hasDate && hasAddress)
        }
        return verb != nil && endsWithColon && (hasDate || hasAddress)
    }

    /// Whether there is a time (`18:30`, `18.30`, `9h05`) or a year from 1970 on.
    private static func hasTimeOrYear(_ phrase: String) -> Bool {
        var digits = 0
        var number = 0
        var beforeMark = 0  // digits before a `:`, `.`, `h`, or 0
        for byte in phrase.utf8 {
            if byte.isASCIIDigit {
                digits += 1
                if digits <= 4 { number = number * 10 + Int(byte - 0x30) }
                continue
            }
            if digits == 4, (1970...2199).contains(number) { return true }
            if digits == 2, beforeMark == 1 || beforeMark == 2 { return true }
            let isMark =
                byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "h")
            beforeMark = isMark ? digits : 0
            (digits, number) = (0, 0)
        }
        return false
    }

    // MARK: - Outlook's header block

    /// The header block that begins at line `start`: its separator line, if there is one, and its header
    /// lines, up to the text. nil if it is none.
    private static func headerBlock(_ lines: [Line], at start: Int) -> Range<Int>? {
        guard lines[start].text.utf8.count <= longestHeaderLine else { return nil }
        let hasSeparator = QuotationWords.isSeparator(lines[start])
        let isRule = !hasSeparator && lines[start].isRule
        var index = start
        if hasSeparator || isRule {
            index = lines[(start + 1)...].firstIndex { !$0.isBlank } ?? lines.count
        }
        guard index < lines.count else { return hasSeparator ? start..<index : nil }

        var roles: Set<QuotationWords.HeaderRole> = []
        var end = index
        var unlabelled = 0
        while index < lines.count, index - start < mostHeaderLines {
            if lines[index].isBlank {
                // One blank line may stand between header lines, none before the first.
                guard index + 1 < lines.count,
                    QuotationWords.headerRole(of: lines[index + 1]) != nil, end > start
                else { break }
            } else if let role = QuotationWords.headerRole(of: lines[index]) {
                if roles.isEmpty && role != .from && role != .date { break }
                roles.insert(role)
                end = index + 1
                unlabelled = 0
            } else {
                unlabelled += 1
                if roles.isEmpty || unlabelled > mostFoldedLines { break }
                // A folded subject or list of recipients belongs to the block only if it has no
                // blank line before it and the block is not over.
                if index > end { break }
                end = index + 1
            }
            index += 1
        }
        if hasSeparator {
            return start..<max(end, start + 1)
        }
        let isBlock = roles.contains(.from) && roles.contains(.subject) && roles.contains(.date)
        return isBlock ? start..<end : nil
    }

    /// Rules and blank lines above a header block belong to it.
    private static func withRulesBefore(_ lines: [Line], _ start: Int) -> Int {
        var first = start
        var index = start
        while index > 0, lines[index - 1].isBlank || lines[index - 1].isRule {
            index -= 1
            if lines[index].isRule { first = index }
        }
        return first
    }

    private static let mostAttributionLines = 4
    private static let longestAttribution = 500
    private static let mostHeaderLines = 16
    private static let mostFoldedLines = 3
    private static let longestHeaderLine = 1_000
}
