/// The header of a message or a part: its fields in their order, each as a range of the source.
///
/// Nothing is decoded until it is asked for. A field that comes twice counts once, the first
/// time: a second Subject or Content-Type is a defect, and never joined to the first.
package struct Header: Sendable {
    /// One field: where its name and its body stand in the source.
    package struct Field: Sendable {
        /// The octets of the name, without blanks before the colon (RFC 5322 §4.5).
        package let name: Range<Int>
        /// The octets after the colon, folds included, the last line end not.
        package let body: Range<Int>
    }

    /// In the order of the message.
    package let fields: [Field]
    /// The octets of the header block, the blank line that ends it not included.
    package let range: Range<Int>
    let source: [UInt8]

    /// The first field of that name, the name in any case.
    package func field(_ name: String) -> Field? { firstIndex(of: name).map { fields[$0] } }

    func firstIndex(of name: String) -> Int? {
        let span = source.span
        return fields.firstIndex { Self.matches(span, $0.name, name) }
    }

    /// Whether there is more than one field of that name.
    func hasTwo(_ name: String) -> Bool {
        let span = source.span
        var count = 0
        for field in fields where Self.matches(span, field.name, name) { count += 1 }
        return count > 1
    }

    /// The body of the first field of that name, as it stands: folds and encoded words included.
    package func bytes(_ name: String) -> ArraySlice<UInt8>? { field(name).map(bytes(of:)) }

    package func bytes(of field: Field) -> ArraySlice<UInt8> { source[field.body] }

    /// The name of a field as it stands in the message.
    package func name(of field: Field) -> String {
        String(decoding: source[field.name], as: UTF8.self)
    }

    /// The body of the first field of that name, unfolded, encoded words left as they are.
    package func first(_ name: String) -> String? { field(name).map(value(of:)) }

    /// The bodies of all fields of that name, in their order, unfolded.
    package func all(_ name: String) -> [String] { all(name, in: fields[...]) }

    func all(_ name: String, in fields: ArraySlice<Field>) -> [String] {
        let span = source.span
        return fields.filter { Self.matches(span, $0.name, name) }.map(value(of:))
    }

    /// The body of a field, unfolded and trimmed, encoded words left as they are.
    package func value(of field: Field) -> String {
        Self.unfolded(source[field.body], charset: nil).trimmed
    }

    /// The body of the first field of that name as text for people: unfolded, encoded words
    /// decoded, and every control character a blank, so that it can stand in a log or an SMS.
    package func text(_ name: String) -> String? { field(name).map(text(of:)) }

    package func text(of field: Field) -> String {
        EncodedWord.text(from: source[field.body]).withoutControls.trimmed
    }

    /// RFC 5322 §2.2.3: a fold is a line end before a blank, and only the line end goes. Bytes
    /// beyond ASCII are UTF-8 (RFC 6532) if they are valid, else windows-1252.
    static func unfolded(_ bytes: ArraySlice<UInt8>, charset: String?) -> String {
        let hasLineEnds = bytes.contains { $0 == .lineFeed || $0 == .carriageReturn }
        return Charset.decode(
            hasLineEnds ? bytes.filter { $0 != .lineFeed && $0 != .carriageReturn }[...] : bytes,
            label: charset)
    }

    private static func matches(
        _ span: borrowing Span<UInt8>, _ range: Range<Int>, _ name: String
    ) -> Bool {
        guard range.count == name.utf8.count else { return false }
        var index = range.lowerBound
        for byte in name.utf8 {
            if span[index].lowered != byte.lowered { return false }
            index += 1
        }
        return true
    }
}

extension String {
    /// With every control character (C0, C1, DEL, and the line and paragraph separators) a blank.
    package var withoutControls: String {
        let octets = utf8.span
        // Without an early end, so that the compiler looks at many at once.
        var others: UInt8 = 0
        for index in octets.indices { others |= octets[index] &- 32 < 95 ? 0 : 1 }
        if others == 0 { return self }
        let isControl: (Unicode.Scalar) -> Bool = {
            $0.value < 32 || (127...159).contains($0.value) || $0.value == 0x2028
                || $0.value == 0x2029
        }
        guard unicodeScalars.contains(where: isControl) else { return self }
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars { text.append(isControl(scalar) ? " " : scalar) }
        return String(text)
    }
}
