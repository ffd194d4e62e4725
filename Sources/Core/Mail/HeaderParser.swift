/// Reads one header block: the fields, and where the body begins.
///
/// RFC 5322 §2.2 and §4.5, line ends CRLF or LF. A line that is no field is passed over, unless
/// the blank line seems to be missing in front of it: it comes after a line of blanks, or there
/// would be no body without it. Then the body begins there, so that no text is lost.
struct HeaderParser {
    /// Where the header ends and why.
    enum End {
        /// At a blank line, or where lines begin that are no fields: the body begins at the offset.
        case body(Int)
        /// At a delimiter line that begins at the offset: there is no body.
        case delimiter(Int)
    }

    let fields: [Header.Field]
    let range: Range<Int>
    let end: End
    /// Kinds, each with the field or nothing.
    let defects: [(Defect.Kind, Range<Int>?)]

    /// - Parameter isDelimiter: whether the line that starts at the offset is a boundary's.
    /// - Parameter fieldBudget: how many fields may still be kept.
    init(
        _ input: borrowing Span<UInt8>, from start: Int, limits: Limits, fieldBudget: Int,
        isDelimiter: (Int, [Header.Field]) -> Bool
    ) {
        var fields: [Header.Field] = []
        fields.reserveCapacity(16)
        var defects: [(Defect.Kind, Range<Int>?)] = []
        var end = End.body(input.count)
        var headerEnd = input.count
        // The first line that is no field since the last field, and whether the lines that begin
        // with a blank now belong to no field.
        var strangers: Int?
        // A line of blanks just before, which was perhaps meant as the end of the header.
        var afterBlanks = false
        var isMeantAsBody = false
        var continuesField = false
        var isTooLong = false
        var hasStrangers = false
        var position = start
        while position < input.count {
            let lineFeed = input.first(.lineFeed, in: position..<input.count)
            var lineEnd = lineFeed
            if lineEnd > position, input[lineEnd - 1] == .carriageReturn { lineEnd -= 1 }
            let next = min(lineFeed + 1, input.count)
            if lineEnd == position {
                headerEnd = position
                end = .body(next)
                break
            }
            let first = input[position]
            if first.isBlank {
                afterBlanks = Self.isBlank(input, position..<lineEnd)
                if continuesField, let field = fields.popLast() {
                    fields.append(
                        Header.Field(name: field.name, body: field.body.lowerBound..<lineEnd))
                } else if !isTooLong, strangers == nil {
                    strangers = position
                }
                position = next
                continue
            }
            if first == UInt8(ascii: "-"), input.has("--", at: position),
                isDelimiter(position, fields)
            {
                headerEnd = position
                end = .delimiter(position)
                strangers = nil
                break
            }
            continuesField = false
            if let name = Self.name(input, position..<lineEnd) {
                if strangers != nil { hasStrangers = true }
                strangers = nil
                isMeantAsBody = false
                if position - start >= limits.headerByteCount || fields.count >= fieldBudget {
                    isTooLong = true
                } else {
                    let colon = input.first(UInt8(ascii: ":"), in: name.upperBound..<lineEnd)
                    fields.append(Header.Field(name: name, body: (colon + 1)..<lineEnd))
                    continuesField = true
                }
            } else if strangers == nil {
                strangers = position
                isMeantAsBody = afterBlanks
            }
            afterBlanks = false
            position = next
        }
        if fields.isEmpty, !isTooLong {
            // Not one field: all of it is body, whatever stood first.
            if case .body(let offset) = end, strangers != nil || offset == input.count {
                end = .body(start)
                headerEnd = start
                strangers = nil
            }
        } else if position >= input.count, case .body = end, strangers == nil {
            defects.append((.headerWithoutEnd, nil))
        }
        if let strangers, case .body(let offset) = end {
            if isMeantAsBody || Self.isNothing(input, from: offset, { isDelimiter($0, fields) }) {
                end = .body(strangers)
                headerEnd = strangers
                defects.append((.headerWithoutEnd, nil))
            } else {
                hasStrangers = true
            }
        }
        if hasStrangers { defects.append((.lineIsNoField, nil)) }
        if isTooLong {
            let kind: Defect.Kind =
                fields.count >= fieldBudget ? .tooManyFields : .headerTooLong
            defects.append((kind, nil))
        }
        for index in fields.indices where fields[index].body.count > limits.fieldByteCount {
            let field = fields[index]
            let cut = field.body.lowerBound..<(field.body.lowerBound + limits.fieldByteCount)
            fields[index] = Header.Field(name: field.name, body: cut)
            defects.append((.fieldTooLong, field.name))
        }
        self.fields = fields
        self.defects = defects
        self.end = end
        range = start..<max(start, headerEnd)
    }

    private static func isBlank(_ input: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
        for index in range where !input[index].isWhiteSpace { return false }
        return true
    }

    /// Whether no body follows: white space up to the end or up to a delimiter line.
    private static func isNothing(
        _ input: borrowing Span<UInt8>, from start: Int, _ isDelimiter: (Int) -> Bool
    ) -> Bool {
        var position = start
        while position < input.count, input[position].isWhiteSpace { position += 1 }
        if position == input.count { return true }
        let isLineStart = position == start || input[position - 1] == .lineFeed
        return isLineStart && input.has("--", at: position) && isDelimiter(position)
    }

    /// The name of the field on a line; nil when the line is no field.
    private static func name(_ input: borrowing Span<UInt8>, _ line: Range<Int>) -> Range<Int>? {
        var index = line.lowerBound
        while index < line.upperBound, input[index].isFieldNameCharacter { index += 1 }
        let end = index
        // RFC 5322 §4.5: blanks before the colon are obsolete syntax.
        while index < line.upperBound, input[index].isBlank { index += 1 }
        guard end > line.lowerBound, index < line.upperBound, input[index] == UInt8(ascii: ":")
        else { return nil }
        return line.lowerBound..<end
    }
}
