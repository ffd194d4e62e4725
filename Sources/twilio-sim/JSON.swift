import FoundationEssentials

/// A JSON value to be written. Reading goes through `Decodable` types.
indirect enum JSON: Encodable, Sendable {
    case null
    case flag(Bool)
    case number(Int)
    case real(Double)
    case text(String)
    case list([JSON])
    case object([String: JSON])

    init(_ text: String?) { self = text.map { .text($0) } ?? .null }

    init(_ number: Int?) { self = number.map { .number($0) } ?? .null }

    /// Keys sorted, so that two equal values are the same bytes.
    var bytes: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return [UInt8](try encoder.encode(self))
        } catch {
            preconditionFailure(
                "a value made of texts, numbers and lists has a JSON form: \(error)")
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .flag(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .real(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByDictionaryLiteral, ExpressibleByBooleanLiteral
{
    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int) { self = .number(value) }
    init(booleanLiteral value: Bool) { self = .flag(value) }
    init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }
}
