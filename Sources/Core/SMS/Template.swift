/// How the text of an SMS is put together: `{subject}: {body}`.
///
/// Fields in braces, everything else as it stands; `{{` and `}}` are literal braces. A field
/// that is empty takes the separator in front of it along (at the beginning: behind it), so
/// `{subject}: {body}` of a mail without a body is only the subject.
package struct Template: Hashable, Sendable {
    package enum Field: String, Hashable, Sendable, CaseIterable {
        case subject, from, body, date, attachments
    }

    enum Piece: Hashable, Sendable {
        case literal(String)
        case field(Field)
    }

    /// Never two literals in a row.
    let pieces: [Piece]

    /// `{body}`
    package static let bodyOnly = Template(pieces: [.field(.body)])

    /// Reads what an operator wrote.
    package init(parsing text: String) throws(TemplateError) {
        if text == "{body}" {
            self = .bodyOnly
            return
        }
        var pieces: [Piece] = []
        var literal = ""
        let characters = Array(text)
        var index = 0
        while index < characters.count {
            let character = characters[index]
            let isDoubled = index + 1 < characters.count && characters[index + 1] == character
            if (character == "{" || character == "}") && isDoubled {
                literal.append(character)
                index += 2
            } else if character == "{" {
                guard let end = characters[index...].firstIndex(of: "}") else {
                    throw TemplateError(
                        column: index + 1, reason: "no } behind this {; a literal brace is {{")
                }
                let name = String(characters[(index + 1)..<end])
                guard let field = Field(rawValue: name) else {
                    throw TemplateError(
                        column: index + 1, reason: "no field {\(name)}; there are \(Self.allowed)")
                }
                if !literal.isEmpty { pieces.append(.literal(literal)) }
                literal = ""
                pieces.append(.field(field))
                index = end + 1
            } else {
                literal.append(character)
                index += 1
            }
        }
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        guard !pieces.isEmpty else {
            throw TemplateError(column: 1, reason: "empty; use \(Self.allowed)")
        }
        self.pieces = pieces
    }

    private init(pieces: [Piece]) { self.pieces = pieces }

    /// The same with a line of its own in front.
    func adding(first line: String) -> Template {
        guard case .literal(let text)? = pieces.first else {
            return Template(pieces: [.literal("\(line)\n")] + pieces)
        }
        return Template(pieces: [.literal("\(line)\n\(text)")] + pieces.dropFirst())
    }

    /// The same with a line of its own behind.
    func adding(last line: String) -> Template {
        guard case .literal(let text)? = pieces.last else {
            return Template(pieces: pieces + [.literal("\n\(line)")])
        }
        return Template(pieces: pieces.dropLast() + [.literal("\(text)\n\(line)")])
    }

    package func uses(_ field: Field) -> Bool { pieces.contains(.field(field)) }

    private static var allowed: String {
        Field.allCases.map { "{\($0.rawValue)}" }.joined(separator: " ") + ", and {{ for a brace"
    }

    /// The text in front of the first `{body}`, and the text behind it. Without a `{body}`
    /// everything is in front.
    func render(_ value: (Field) -> String) -> (before: String, after: String, hasBody: Bool) {
        var before = ""
        var after = ""
        var hasBody = false
        for (index, piece) in pieces.enumerated() {
            let text: String
            switch piece {
            case .literal(let literal): text = isDangling(index, value) ? "" : literal
            case .field(.body) where !hasBody:
                hasBody = true
                continue
            case .field(let field): text = value(field)
            }
            if hasBody { after += text } else { before += text }
        }
        return (before, after, hasBody)
    }

    /// Whether the literal at `index` separates something from nothing.
    private func isDangling(_ index: Int, _ value: (Field) -> String) -> Bool {
        guard case .literal(let literal) = pieces[index], isSeparator(literal) else { return false }
        func isEmpty(_ other: Int) -> Bool? {
            guard pieces.indices.contains(other), case .field(let field) = pieces[other]
            else { return nil }
            return value(field).isEmpty
        }
        // Nothing behind it, or nothing at all in front of it.
        if isEmpty(index + 1) == true { return true }
        return pieces[..<index].allSatisfy { piece in
            switch piece {
            case .literal(let text): isSeparator(text)
            case .field(let field): value(field).isEmpty
            }
        } && isEmpty(index - 1) == true
    }

    private func isSeparator(_ literal: String) -> Bool {
        literal.unicodeScalars.allSatisfy {
            $0.properties.isWhitespace || ":;,.-–—|/·".unicodeScalars.contains($0)
        }
    }
}
