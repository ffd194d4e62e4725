internal import CoreSystem

/// Reads the tree of parts in one pass over the lines of a message.
///
/// All boundaries that are open are looked for in each line that begins with `--`, the innermost
/// first, so that an inner multipart without its end ends where the outer one goes on. Depth and
/// number of parts are bounded by `Limits`; beyond them what is there stays a leaf.
struct MessageParser {
    /// Where a body ended: at a delimiter line, or at the end of the source.
    struct Delimiter {
        /// Which of the open boundaries, counted from the outermost; -1 at the end of the source.
        let level: Int
        let isClose: Bool
        /// The offset of the line.
        let start: Int
        /// The offset behind it.
        let next: Int
    }

    /// What the parts around a part have to say to it.
    struct Surroundings {
        /// The section number; empty for the message itself.
        var path = ""
        var depth = 0
        var embeddedDepth = 0
        var defaultType = MediaType.plainText
        var charset: String?
        /// Whether the section number of a leaf gets ".1": it is the body of a message.
        var isBodyOfMessage = true
    }

    /// In how many lines of one header that begin with `--` its own boundary is looked for: each
    /// look reads the fields again.
    private static let ownBoundaryTryCount = 16

    let source: [UInt8]
    let original: [UInt8]
    let limits: Limits
    var boundaries: [[UInt8]] = []
    var defects: [Defect] = []
    /// What is left of the limits.
    var partBudget: Int
    var fieldBudget: Int
    var decodingBudget: Int

    init(_ bytes: [UInt8], limits: Limits) {
        original = bytes
        source = Self.withLineFeeds(bytes)
        self.limits = limits
        partBudget = limits.partCount
        fieldBudget = limits.fieldCount
        decodingBudget = limits.decodedMessageByteCount
        if bytes.isEmpty { note(.empty) }
        if bytes.count == source.count, !bytes.isEmpty, bytes != source {
            note(.bareCarriageReturns)
        }
    }

    /// - Parameter embeddedDepth: how many messages are around this one already.
    mutating func message(embeddedDepth: Int = 0) -> Message {
        let (root, _) = message(from: 0, Surroundings(embeddedDepth: embeddedDepth))
        return Message(bytes: original, root: root, defects: defects, limits: limits)
    }

    /// A message that has not one LF but CRs has CRs for line ends.
    /// QUIRK: RFC 5322 §2.3 forbids it; classic Mac OS programs wrote it.
    private static func withLineFeeds(_ bytes: [UInt8]) -> [UInt8] {
        let input = bytes.span
        let all = 0..<input.count
        guard input.first(.lineFeed, in: all) == input.count,
            input.first(.carriageReturn, in: all) < input.count
        else { return bytes }
        return bytes.map { $0 == .carriageReturn ? .lineFeed : $0 }
    }

    mutating func note(_ kind: Defect.Kind, at place: String = "") {
        if defects.count < limits.defectCount {
            defects.append(Defect(kind, at: place))
        } else if defects.count == limits.defectCount {
            defects.append(Defect(.tooManyDefects))
        }
    }

    // MARK: Messages and parts

    /// A message from `start` on, and what ended it.
    private mutating func message(
        from start: Int, _ around: Surroundings
    ) -> (root: Part, end: Delimiter) {
        var around = around
        around.isBodyOfMessage = true
        let (root, end) = part(from: prologueEnd(from: start, path: around.path), around)
        return (root, end)
    }

    /// Passes over what may stand before the header of a message.
    private mutating func prologueEnd(from start: Int, path: String) -> Int {
        let source = source
        let input = source.span
        var position = start
        if input.has("\u{FEFF}", at: position) {
            note(.byteOrderMarkBeforeHeader, at: path)
            position += 3
        }
        // QUIRK: mbox's "From " line is no header (RFC 4155); Postfix's pipe(8) can add it.
        while input.has("From ", at: position) || input.has(">From ", at: position) {
            let end = input.first(.lineFeed, in: position..<input.count)
            // "From : a@example.org" is a field (RFC 5322 §4.5).
            var word = position + 5
            while word < end, input[word].isBlank { word += 1 }
            guard end < input.count, input[word] != UInt8(ascii: ":") else { break }
            note(.mailboxLineBeforeHeader, at: path)
            position = end + 1
        }
        return position
    }

    /// A part from the first line of its header on, and what ended it.
    private mutating func part(
        from start: Int, _ around: Surroundings
    ) -> (part: Part, end: Delimiter) {
        partBudget -= 1
        var ownBoundaryTries = Self.ownBoundaryTryCount
        let parsed = HeaderParser(
            source.span, from: start, limits: limits, fieldBudget: fieldBudget,
            isDelimiter: { line, fields in
                if delimiter(at: line) != nil { return true }
                ownBoundaryTries -= 1
                return ownBoundaryTries >= 0 && startsOwnPart(line, fields)
            })
        fieldBudget -= parsed.fields.count
        let header = Header(fields: parsed.fields, range: parsed.range, source: source)
        for (kind, name) in parsed.defects {
            let field = name.map { String(decoding: source[$0], as: UTF8.self) } ?? ""
            note(kind, at: "\(around.path) \(field)".trimmed)
        }
        if around.isBodyOfMessage, header.fields.isEmpty, start < source.count {
            note(.noHeader, at: around.path)
        }
        var draft = Draft(header: header, around: around, limits: limits)
        for (kind, field) in draft.defects {
            note(kind, at: "\(around.path) \(field)".trimmed)
        }
        switch parsed.end {
        case .delimiter(let line):
            if let end = delimiter(at: line) {
                draft.bodyStart = line
                return (draft.part(source, line..<line), end)
            }
            // The blank line is missing, but the part's own first boundary is here.
            draft.bodyStart = line
        case .body(let offset): draft.bodyStart = offset
        }
        if draft.mediaType.isMultipart { return multipart(draft, around) }
        if draft.mediaType.isEmbeddedMessage { return embedded(draft, around) }
        let end = nextDelimiter(from: draft.bodyStart)
        return (draft.part(source, draft.bodyStart..<bodyEnd(end, draft.bodyStart)), end)
    }

    private mutating func multipart(
        _ draft: Draft, _ around: Surroundings
    ) -> (part: Part, end: Delimiter) {
        let boundary = draft.boundary
        let place = "\(around.path) Content-Type".trimmed
        guard !boundary.isEmpty, boundary.count <= limits.boundaryByteCount,
            around.depth < limits.depth
        else {
            note(
                boundary.isEmpty
                    ? .noBoundaryParameter
                    : around.depth < limits.depth ? .boundaryTooLong : .tooDeep, at: place)
            let end = nextDelimiter(from: draft.bodyStart)
            return (draft.part(source, draft.bodyStart..<bodyEnd(end, draft.bodyStart)), end)
        }
        if draft.transferEncoding != .identity { note(.encodedMultipart, at: place) }
        let level = boundaries.count
        boundaries.append(boundary)
        var inner = around
        inner.depth += 1
        inner.isBodyOfMessage = false
        inner.charset = draft.mediaType.parameters["charset"] ?? around.charset
        // RFC 2046 §5.1.5: parts of a digest are messages unless they say otherwise.
        inner.defaultType =
            draft.mediaType.essence == "multipart/digest" ? .embeddedMessage : .plainText
        var children: [Part] = []
        var end = nextDelimiter(from: draft.bodyStart)
        while end.level == level, !end.isClose {
            // A delimiter right after another: there is no part between them, as there is no line
            // end of its own for the second (RFC 2046 §5.1.1).
            if let doubled = delimiter(at: end.next), doubled.level == level, !doubled.isClose {
                end = doubled
            } else if partBudget > 0 {
                inner.path =
                    around.path + (around.path.isEmpty ? "" : ".") + String(children.count + 1)
                let child = part(from: end.next, inner)
                children.append(child.part)
                end = child.end
            } else {
                if partBudget == 0 { note(.tooManyParts) }
                partBudget = -1
                end = nextDelimiter(from: end.next)
            }
        }
        boundaries.removeLast(boundaries.count - level)
        if end.level == level {
            // Closed; what follows is the epilogue (RFC 2046 §5.1.1).
            end = nextDelimiter(from: end.next)
        } else {
            note(children.isEmpty ? .boundaryNeverAppears : .noEndBoundary, at: place)
        }
        let body = draft.bodyStart..<bodyEnd(end, draft.bodyStart)
        return (draft.part(source, body, children.isEmpty ? .leaf : .multipart(children)), end)
    }

    private mutating func embedded(
        _ draft: Draft, _ around: Surroundings
    ) -> (part: Part, end: Delimiter) {
        var inner = around
        inner.depth += 1
        inner.embeddedDepth += 1
        inner.path = draft.leafPath
        inner.defaultType = .plainText
        guard inner.depth <= limits.depth, inner.embeddedDepth <= limits.embeddedDepth,
            partBudget > 0
        else {
            note(partBudget > 0 ? .tooDeep : .tooManyParts, at: draft.leafPath)
            let end = nextDelimiter(from: draft.bodyStart)
            return (draft.part(source, draft.bodyStart..<bodyEnd(end, draft.bodyStart)), end)
        }
        switch draft.transferEncoding {
        case .identity, .unknown:
            let (root, end) = message(from: draft.bodyStart, inner)
            let message = Message(bytes: source, root: root, defects: [], limits: limits)
            let body = draft.bodyStart..<bodyEnd(end, draft.bodyStart)
            return (draft.part(source, body, .message(message)), end)
        case .base64, .quotedPrintable, .uuencode:
            // QUIRK: RFC 2046 §5.2.1 forbids to encode a message; some gateways do.
            note(.encodedMessage, at: draft.leafPath)
            let end = nextDelimiter(from: draft.bodyStart)
            let body = draft.bodyStart..<bodyEnd(end, draft.bodyStart)
            let decoded = draft.transferEncoding.decode(source[body], limit: decodingBudget)
            decodingBudget -= decoded.count
            var parser = MessageParser(decoded, limits: limits)
            parser.partBudget = partBudget
            parser.fieldBudget = fieldBudget
            parser.decodingBudget = decodingBudget
            parser.defects = defects
            let (root, _) = parser.message(from: 0, inner)
            (partBudget, fieldBudget) = (parser.partBudget, parser.fieldBudget)
            (decodingBudget, defects) = (parser.decodingBudget, parser.defects)
            let message = Message(bytes: decoded, root: root, defects: [], limits: limits)
            return (draft.part(source, body, .message(message)), end)
        }
    }
}
