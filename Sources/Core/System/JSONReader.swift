/// Reads one JSON text (RFC 8259) from its first octet to its last.
///
/// Linear in its input. Nil as soon as something is wrong; where, nobody wants to know: what a proxy
/// or a captive page says instead of JSON is not for mending.
struct JSONReader {
    private let bytes: [UInt8]
    private var next = 0

    /// Deeper than any provider nests, and shallow enough for the stack.
    private static let maximumDepth = 32

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() -> JSON? {
        guard let value = value(depth: 0) else { return nil }
        skipBlanks()
        return next == bytes.count ? value : nil
    }

    private mutating func value(depth: Int) -> JSON? {
        guard depth < Self.maximumDepth else { return nil }
        skipBlanks()
        switch peek {
        case UInt8(ascii: "{"): return object(depth)
        case UInt8(ascii: "["): return array(depth)
        case UInt8(ascii: "\""): return string().map { .string($0) }
        case UInt8(ascii: "t"): return take(word: "true") ? .boolean(true) : nil
        case UInt8(ascii: "f"): return take(word: "false") ? .boolean(false) : nil
        case UInt8(ascii: "n"): return take(word: "null") ? .null : nil
        default: return number()
        }
    }

    private mutating func object(_ depth: Int) -> JSON? {
        next += 1
        var members: [JSON.Member] = []
        skipBlanks()
        if take("}") { return .object(members) }
        repeat {
            skipBlanks()
            guard let name = string() else { return nil }
            skipBlanks()
            guard take(":"), let value = value(depth: depth + 1) else { return nil }
            members.append(JSON.Member(name, value))
            skipBlanks()
        } while take(",")
        return take("}") ? .object(members) : nil
    }

    private mutating func array(_ depth: Int) -> JSON? {
        next += 1
        var elements: [JSON] = []
        skipBlanks()
        if take("]") { return .array(elements) }
        repeat {
            guard let element = value(depth: depth + 1) else { return nil }
            elements.append(element)
            skipBlanks()
        } while take(",")
        return take("]") ? .array(elements) : nil
    }

    // MARK: Scalars

    // RFC 8259 §6
    private mutating func number() -> JSON? {
        let start = next
        _ = take("-")
        if !take("0") { guard skipDigits() else { return nil } }
        if take(".") { guard skipDigits() else { return nil } }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            guard skipDigits() else { return nil }
        }
        return .number(String(decoding: bytes[start..<next], as: UTF8.self))
    }

    // RFC 8259 §7
    private mutating func string() -> String? {
        guard take("\"") else { return nil }
        let start = next
        while let byte = peek, byte >= 32, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
            next += 1
        }
        // Most strings have no escapes, and end here.
        if take("\"") { return String(validating: bytes[start..<(next - 1)].span) }
        var text = Array(bytes[start..<next])
        while let byte = peek {
            next += 1
            switch byte {
            case UInt8(ascii: "\""): return String(validating: text.span)
            case UInt8(ascii: "\\"):
                guard escape(into: &text) else { return nil }
            case 0..<32: return nil
            default: text.append(byte)
            }
        }
        return nil
    }

    private mutating func escape(into text: inout [UInt8]) -> Bool {
        guard let byte = peek else { return false }
        next += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "f"): text.append(12)
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "u"):
            guard let scalar = escapedScalar() else { return false }
            text += Array(String(scalar).utf8)
        default: return false
        }
        return true
    }

    /// What `\uXXXX` stands for, with a second one where they are a surrogate pair. One half of a
    /// pair is legal JSON (RFC 8259 §8.2) and no character: it becomes U+FFFD.
    private mutating func escapedScalar() -> Unicode.Scalar? {
        guard let first = fourDigits() else { return nil }
        if let scalar = Unicode.Scalar(first) { return scalar }
        let afterFirst = next
        if first < 0xDC00, take(word: "\\u") {
            guard let second = fourDigits() else { return nil }
            if (0xDC00...0xDFFF).contains(second) {
                return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            }
            next = afterFirst
        }
        return "\u{FFFD}"
    }

    private mutating func fourDigits() -> UInt32? {
        guard next + 4 <= bytes.count else { return nil }
        var number: UInt32 = 0
        for byte in bytes[next..<next + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            number = number << 4 + UInt32(digit)
        }
        next += 4
        return number
    }

    // MARK: Octets

    private var peek: UInt8? { next < bytes.count ? bytes[next] : nil }

    private mutating func take(_ mark: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: mark) else { return false }
        next += 1
        return true
    }

    private mutating func take(word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard next + count <= bytes.count else { return false }
        let matches = word.withUTF8Buffer { unsafe bytes[next..<next + count].elementsEqual($0) }
        if matches { next += count }
        return matches
    }

    private mutating func skipDigits() -> Bool {
        let start = next
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { next += 1 }
        return next > start
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 32 || byte == 10 || byte == 13 || byte == 9 { next += 1 }
    }
}
