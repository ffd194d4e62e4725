/// A JSON value (RFC 8259), read strictly and written compactly.
///
/// In: the bytes of a provider's response, of any size and content. Out: a value, or nil for what is
/// not one whole JSON text; nesting is bounded. Members that were not asked for cost nothing to
/// ignore, and one of an unexpected type reads as absent, so that a field which the provider
/// changes does not spoil the others. Numbers stay text until somebody wants an integer.
///
/// It does not map to types of Swift: a `Codable` decoder looks its types up at run time, which
/// costs a one-shot program half a millisecond, the whole of this a hundredth of that.
package enum JSON: Hashable, Sendable {
    case null
    case boolean(Bool)
    /// As written.
    case number(String)
    case string(String)
    case array([JSON])
    /// In the order of the text; a name may stand there twice.
    case object([Member])

    package struct Member: Hashable, Sendable {
        package let name: String
        package let value: JSON

        package init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// Nil for what is not JSON.
    package init?(reading bytes: [UInt8]) {
        var reader = JSONReader(bytes)
        guard let value = reader.document() else { return nil }
        self = value
    }

    /// The member of that name, the last where there are several; nil when this is no object.
    package subscript(_ name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name == name }?.value
    }

    package var text: String? { if case .string(let text) = self { text } else { nil } }

    /// Whether it is an object whose member of that name is a text, `null` or absent.
    package func hasTextOrNothing(_ name: String) -> Bool {
        guard case .object = self else { return false }
        guard let value = self[name] else { return true }
        return value == .null || value.text != nil
    }

    package var elements: [JSON]? { if case .array(let elements) = self { elements } else { nil } }

    /// A whole number, or a text that is one: providers use both for codes and counts.
    package var integer: Int? {
        switch self {
        case .number(let digits), .string(let digits): Int(digits)
        case .null, .boolean, .array, .object: nil
        }
    }

    // MARK: Writing

    package static func integer(_ number: Int) -> JSON { .number("\(number)") }

    /// `null` for nil.
    package static func string(optional text: String?) -> JSON { text.map { .string($0) } ?? .null }

    /// An object of what there is: members that are nil are left out.
    package static func object(present members: KeyValuePairs<String, JSON?>) -> JSON {
        .object(members.compactMap { name, value in value.map { Member(name, $0) } })
    }

    package static func strings(_ texts: [String]) -> JSON { .array(texts.map { .string($0) }) }

    /// On one line, without blanks, members in their order.
    package var line: String {
        switch self {
        case .null: "null"
        case .boolean(let flag): flag ? "true" : "false"
        case .number(let digits): digits
        case .string(let text): Self.quoted(text)
        case .array(let elements): "[\(elements.map(\.line).joined(separator: ","))]"
        case .object(let members):
            "{"
                + members.map { "\(Self.quoted($0.name)):\($0.value.line)" }
                .joined(separator: ",") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 32:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
