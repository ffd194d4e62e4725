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
    static func mark(_ lines: inout [Line], _ author: Author) {
        let roles = lines.map { QuotationWords.headerRole(of: $0) }
        let ends = attributionEnds(lines)
        var isIntroduced = false
        var index = 0
        while index < lines.count {
            let line = lines[index]
            if line.kind != .body || line.startsWithQuoteMark || line.isBlank {
                index += 1
            } else if let block = headerBlock(lines, roles, at: index, author) {
                let start = withRulesBefore(lines, block.lowerBound)
                if lines.hasBody(in: 0..<start) {
                    lines.mark(start..<lines.count, .quote)
                    return
                }
                lines.mark(start..<block.upperBound, .quote)  // only a forward: its text stays
                index = block.upperBound
            } else if ends[index..<min(index + mostAttributionLines, lines.count)].contains(true),
                let found = attribution(lines, within: index, author)
            {
                let next = lines[found.upperBound...].firstIndex { !$0.isBlank }
                if let next, lines[next].isMarkedAsQuoted {
                    lines.mark(found.lowerBound..<next, .quote)
                    isIntroduced = true
                    index = next
                } else if lines.hasBody(in: 0..<found.lowerBound) {
                    lines.mark(found.lowerBound..<lines.count, .quote)
                    return
                } else {
                    lines.mark(found, .quote)  // nothing was said before, so it is said after
                    index = found.upperBound
                }
            } else if !author.isMachine, isWordlessAttribution(lines, at: index) {
                lines.mark(index..<lines.count, .quote)
                return
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
            } else if !lines[index].isBlank && !isIntroduced
                && !Signature.isMobileFooter(lines[index])
            {
                return
            }
        }
    }

    // MARK: - "On ... wrote:"

    /// For each line whether an attribution may end there: with a colon, or before a quotation.
    private static func attributionEnds(_ lines: [Line]) -> [Bool] {
        var ends = [Bool](repeating: false, count: lines.count)
        var isQuoteNext = false
        for index in lines.indices.reversed() {
            ends[index] = isQuoteNext || lines[index].endsWithColon
            if !lines[index].isBlank { isQuoteNext = lines[index].isMarkedAsQuoted }
        }
        return ends
    }

    /// The attribution in the few lines from `first` on, or nil.
    private static func attribution(
        _ lines: [Line], within first: Int, _ author: Author
    ) -> Range<Int>? {
        for end in first..<min(first + mostAttributionLines, lines.count) {
            let line = lines[end]
            if line.isBlank || line.startsWithQuoteMark || line.kind != .body { return nil }
            guard line.bytes.count <= longestAttribution else { return nil }
            let next = end + 1 < lines.count ? lines[(end + 1)...].first { !$0.isBlank } : nil
            let isQuoteNext = next?.isMarkedAsQuoted ?? false
            // What ends otherwise is most text, so this comes before all that takes time.
            guard isQuoteNext || line.endsWithColon else { continue }
            // It ends here or not at all; it begins with the date. What stands above is an answer.
            var begin: Int?
            var phrase: [UInt8] = []
            for start in (first...end).reversed() {
                phrase = lines[start].phrase + (phrase.isEmpty ? [] : [UInt8(ascii: " ")] + phrase)
                guard phrase.count <= longestAttribution else { break }
                guard isAttribution(phrase[...], isQuoteNext: isQuoteNext, author) else { continue }
                begin = start
                if hasTimeOrYear(phrase[...]) { break }
            }
            if let begin { return begin..<(end + 1) }
        }
        return nil
    }

    /// Whether a phrase says who wrote when. If the text below it is not marked as quoted, all of it would
    /// be taken for a quotation, so the phrase must then have the verb and the colon; else a log's line
    /// with a time and an address would do.
    private static func isAttribution(
        _ phrase: ArraySlice<UInt8>, isQuoteNext: Bool, _ author: Author
    ) -> Bool {
        let endsWithColon = phrase.last == UInt8(ascii: ":") || phrase.hasSuffix("：")
        let verb = QuotationWords.verb(in: phrase)
        // A machine's protocol has addresses, colons, and `>` too.
        if verb == nil && (!isQuoteNext || author.isMachine) { return false }
        let hasAddress = phrase.contains(UInt8(ascii: "@"))
        let hasDate = hasTimeOrYear(phrase)
        if isQuoteNext {
            return verb == .atEnd || endsWithColon && (verb != nil || hasDate && hasAddress)
        }
        return hasDate || hasAddress
    }

    /// Whether a line is `2026-03-03 06:50 GMT+01:00 Bo Ek`, alone below what was said.
    ///
    /// Gmail's, where it has no words for a language. A line of a log is as much a date and a time, so all
    /// else must be as there: the zone in letters and numbers, and a name of a few words without any mark.
    private static func isWordlessAttribution(_ lines: [Line], at index: Int) -> Bool {
        guard index > 0, lines[index - 1].isBlank, index + 1 < lines.count,
            lines[index + 1].isBlank
        else { return false }
        let line = lines[index].bytes.trimmed
        guard line.count <= longestWordlessAttribution, line.first?.isASCIIDigit == true,
            lines.hasBody(in: 0..<index)
        else { return false }
        let shape = line.map { $0.isASCIIDigit ? UInt8(ascii: "0") : $0.asciiLowercased }[...]
        let hasDate = ["+", "-"].contains { sign in
            shape.starts(with: "0000-00-00 00:00 gmt\(sign)00:00 ".utf8)
        }
        guard hasDate else { return false }
        let words = line.split(separator: UInt8(ascii: " ")).dropFirst(3)
        return (1...mostNameWords).contains(words.count) && words.allSatisfy(isNameWord)
    }

    /// Whether a word is a large letter, then small ones or others than ASCII's: `Bo`, `Øya`.
    private static func isNameWord(_ word: ArraySlice<UInt8>) -> Bool {
        let isLarge: (UInt8) -> Bool = { (0x41...0x5A).contains($0) }
        guard let first = word.first, isLarge(first) || first >= 0x80 else { return false }
        return word.dropFirst().allSatisfy { ($0.isASCIILetter && !isLarge($0)) || $0 >= 0x80 }
    }

    /// Whether there is a time (`18:30`, `18.30`, `9h05`) or a year from 1970 on.
    private static func hasTimeOrYear(_ phrase: ArraySlice<UInt8>) -> Bool {
        var digits = 0
        var number = 0
        var beforeMark = 0  // digits before a `:`, `.`, `h`, or 0
        for byte in phrase {
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
    private static func headerBlock(
        _ lines: [Line], _ roles: [QuotationWords.HeaderRole?], at start: Int, _ author: Author
    ) -> Range<Int>? {
        let hasSeparator = QuotationWords.isSeparator(lines[start])
        let isRule = !hasSeparator && lines[start].isRule
        guard hasSeparator || isRule || roles[start] == .from || roles[start] == .date else {
            return nil
        }
        var index = start
        if hasSeparator || isRule {
            let window = (start + 1)..<min(start + mostHeaderLines, lines.count)
            index = window.first { !lines[$0].isBlank } ?? lines.count
        }
        guard index < lines.count else { return hasSeparator ? start..<index : nil }

        var seen: Set<QuotationWords.HeaderRole> = []
        var end = index
        while index < lines.count, index - start < mostHeaderLines {
            if lines[index].isBlank {
                // One blank line may stand between header lines, none before the first.
                guard index + 1 < lines.count, roles[index + 1] != nil, !seen.isEmpty else { break }
            } else if let role = roles[index] {
                if seen.isEmpty && role != .from && role != .date { break }
                seen.insert(role)
                end = index + 1
            } else {
                // A folded subject or list of recipients: directly below, and not too long.
                if seen.isEmpty || index > end || index - start > mostFoldedLines { break }
                end = index + 1
            }
            index += 1
        }
        if hasSeparator { return start..<max(end, start + 1) }
        // A scanner that reports a message says whose it was and why it was stopped.
        if author.isMachine { return nil }
        let isBlock = seen.contains(.from) && seen.contains(.subject) && seen.contains(.date)
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
    private static let longestWordlessAttribution = 100
    private static let mostNameWords = 4
    private static let mostHeaderLines = 16
    private static let mostFoldedLines = 12
}
