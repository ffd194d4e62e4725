internal import CoreSystem

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

    private(set) var fields: [Header.Field] = []
    /// The octets of the block, the blank line not included.
    private(set) var range: Range<Int>
    private(set) var end: End
    /// Kinds, each with the octets of the field's name or nothing.
    private(set) var defects: [(Defect.Kind, Range<Int>?)] = []

    private let start: Int
    private let limits: Limits
    /// How many fields may be kept.
    private let fieldBudget: Int

    /// The first of the lines that are no fields since the last field.
    private var strangers: Int?
    /// Whether those lines were perhaps meant as the body: a line of blanks is in front of them.
    private var isMeantAsBody = false
    /// Whether fields followed on such lines.
    private var hadStrangers = false
    /// Whether the last line was nothing but blanks.
    private var afterBlanks = false
    /// Whether a line that begins with a blank continues the last field kept.
    private var continuesField = false
    /// Whether fields were not kept.
    private var isCut = false

    /// - Parameter isDelimiter: whether the line that starts at the offset is a boundary's; asked
    ///   only of lines that begin with `--`.
    init(
        _ input: borrowing Span<UInt8>, from start: Int, limits: Limits, fieldBudget: Int,
        isDelimiter: (Int, [Header.Field]) -> Bool
    ) {
        self.start = start
        self.limits = limits
        self.fieldBudget = fieldBudget
        range = start..<input.count
        end = .body(input.count)
        fields.reserveCapacity(16)
        readLines(input, isDelimiter)
        finish(input, isDelimiter)
        cutLongFields()
    }

    private mutating func readLines(
        _ input: borrowing Span<UInt8>, _ isDelimiter: (Int, [Header.Field]) -> Bool
    ) {
        var position = start
        while position < input.count {
            let lineFeed = input.first(.lineFeed, in: position..<input.count)
            var lineEnd = lineFeed
            if lineEnd > position, input[lineEnd - 1] == .carriageReturn { lineEnd -= 1 }
            let next = min(lineFeed + 1, input.count)
            if lineEnd == position {
                range = start..<position
                end = .body(next)
                return
            }
            if input[position].isBlank {
                takeContinuation(input, position..<lineEnd)
            } else if input.has("--", at: position), isDelimiter(position, fields) {
                range = start..<position
                end = .delimiter(position)
                return
            } else {
                takeLine(input, position..<lineEnd)
            }
            position = next
        }
        if strangers == nil, !fields.isEmpty { defects.append((.headerWithoutEnd, nil)) }
    }

    // RFC 5322 §2.2.3: a line that begins with a blank continues the field before it.
    private mutating func takeContinuation(_ input: borrowing Span<UInt8>, _ line: Range<Int>) {
        afterBlanks = Self.isBlank(input, line)
        if continuesField, let field = fields.popLast() {
            let body = field.body.lowerBound..<line.upperBound
            fields.append(Header.Field(name: field.name, body: body))
        } else if !isCut, strangers == nil {
            strangers = line.lowerBound
        }
    }

    private mutating func takeLine(_ input: borrowing Span<UInt8>, _ line: Range<Int>) {
        defer { afterBlanks = false }
        continuesField = false
        guard let name = Self.name(input, line) else {
            if strangers == nil {
                strangers = line.lowerBound
                isMeantAsBody = afterBlanks
            }
            return
        }
        if strangers != nil { hadStrangers = true }
        strangers = nil
        isMeantAsBody = false
        guard line.lowerBound - start < limits.headerByteCount, fields.count < fieldBudget else {
            isCut = true
            return
        }
        let colon = input.first(UInt8(ascii: ":"), in: name.upperBound..<line.upperBound)
        fields.append(Header.Field(name: name, body: (colon + 1)..<line.upperBound))
        continuesField = true
    }

    /// Decides what the lines at the end are that are no fields.
    private mutating func finish(
        _ input: borrowing Span<UInt8>, _ isDelimiter: (Int, [Header.Field]) -> Bool
    ) {
        if case .body(let offset) = end {
            if fields.isEmpty, !isCut, strangers != nil || offset == input.count {
                // Not one field: all of it is body.
                beginBody(at: start)
            } else if let first = strangers {
                let isOnlyText = Self.isNothing(input, from: offset) { isDelimiter($0, fields) }
                if isMeantAsBody || isOnlyText {
                    beginBody(at: first)
                    defects.append((.headerWithoutEnd, nil))
                } else {
                    hadStrangers = true
                }
            }
        }
        if hadStrangers { defects.append((.lineIsNoField, nil)) }
        if isCut {
            defects.append((fields.count >= fieldBudget ? .tooManyFields : .headerTooLong, nil))
        }
    }

    private mutating func beginBody(at offset: Int) {
        range = start..<offset
        end = .body(offset)
    }

    private mutating func cutLongFields() {
        for index in fields.indices where fields[index].body.count > limits.fieldByteCount {
            let field = fields[index]
            let body = field.body.lowerBound..<(field.body.lowerBound + limits.fieldByteCount)
            fields[index] = Header.Field(name: field.name, body: body)
            defects.append((.fieldTooLong, field.name))
        }
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
