/// Collects text line by line, folding white space as a browser does.
///
/// In: scalars and breaks. Out: lines separated by LF, without white space at their ends, never more than
/// one blank line together, and for each line in what quotation it began. Blanks of any width become
/// one blank; what has no width (soft hyphen, zero-width space, joiners beside a blank: the padding of
/// preheaders) is left out; controls are left out. Past `limit` bytes it takes nothing more.
struct TextWriter {
    private(set) var bytes: [UInt8] = []
    /// One for each line in `bytes`: how its first character was quoted.
    private(set) var quotations: [HTMLText.Quotation] = []
    let limit: Int

    /// Line ends that come before the next character: 0, 1 or 2.
    private var breaks = 0
    private var hasBlank = false
    /// Blanks and tabs of preformatted text that come before the next character.
    private var indentation: [UInt8] = []
    private var joiner: Unicode.Scalar?

    init(limit: Int) { self.limit = limit }

    var isFull: Bool { bytes.count + indentation.count >= limit }
    /// Bytes of text so far, to see whether something came since.
    var count: Int { bytes.count }

    mutating func startLine() { breakLine(atLeast: 1) }
    mutating func startParagraph() { breakLine(atLeast: 2) }

    /// A `<br>`, or a line end where they count.
    mutating func endLine() { breakLine(atLeast: min(breaks + 1, 2)) }

    mutating func putBlank() { hasBlank = true }

    /// Goes on in the same line, whatever break was asked for.
    mutating func joinLine() {
        breaks = 0
        hasBlank = true
    }

    /// Lines begun so far.
    var lineCount: Int { quotations.count }

    mutating func put(_ scalar: Unicode.Scalar, _ quotation: HTMLText.Quotation) {
        switch scalar.value {
        case 0x20, 0xA0, 0x2000...0x200A, 0x202F, 0x205F:
            hasBlank = true
        case 0x09...0x0D:
            hasBlank = true
        case 0x2028, 0x2029:
            endLine()
        case 0..<0x20, 0x7F..<0xA0, 0xAD, 0x034F, 0x200B, 0x2060, 0xFEFF:
            break
        case 0x200C, 0x200D:
            // Persian words and emoji need them; between Latin letters they are padding.
            if !hasBlank, breaks == 0, let last = bytes.last, last >= 0x80 { joiner = scalar }
        default:
            if let joiner, !hasBlank, breaks == 0 { append(joiner) }
            begin(quotation)
            append(scalar)
        }
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    /// One printing ASCII character or more, for speed. What is past the limit is left out.
    mutating func put(ascii word: ArraySlice<UInt8>, _ quotation: HTMLText.Quotation) {
        begin(quotation)
        bytes += word.prefix(max(1, limit - bytes.count))
    }

    /// A blank or tab that keeps its width.
    mutating func putPreformatted(_ byte: UInt8) { indentation.append(byte) }

    /// Writes what was put off before a character.
    private mutating func begin(_ quotation: HTMLText.Quotation) {
        if bytes.isEmpty || breaks > 0 {
            if !bytes.isEmpty {
                for index in 0..<breaks {
                    bytes.append(UInt8(ascii: "\n"))
                    if index > 0 {
                        // An empty line is quoted if the lines on both sides are.
                        quotations.append(
                            quotations.last == quotation ? quotation : .none)
                    }
                }
            }
            quotations.append(quotation)
            breaks = 0
        } else if hasBlank && indentation.isEmpty {
            bytes.append(UInt8(ascii: " "))
        }
        bytes += indentation
        indentation.removeAll(keepingCapacity: true)
        hasBlank = false
        joiner = nil
    }

    private mutating func breakLine(atLeast count: Int) {
        hasBlank = false
        indentation.removeAll(keepingCapacity: true)
        joiner = nil
        if !bytes.isEmpty { breaks = max(breaks, count) }
    }
}
