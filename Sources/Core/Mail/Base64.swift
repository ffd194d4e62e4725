/// The base64 transfer encoding (RFC 2045 §6.8), decoded forgivingly.
///
/// Octets outside the alphabet are passed over. Padding ends a quantum and not the body, because
/// some programs encode piece by piece; missing padding costs nothing. A lone last character
/// (6 bits, not an octet) is dropped.
enum Base64 {
    static func decode(_ body: ArraySlice<UInt8>, limit: Int = .max) -> [UInt8] {
        let input = body.span
        // Four characters more than `limit` needs, for the fast path below.
        let capacity = min(input.count / 4 * 3 + 3, max(0, limit) &+ (limit < .max - 8 ? 6 : 0))
        let table = values.span
        var decoded = [UInt8](capacity: capacity) { (output: inout OutputSpan<UInt8>) in
            var index = 0
            var bits: UInt32 = 0
            var held = 0
            while index < input.count && output.count < limit {
                // Whole quanta, as nearly all of a body is.
                while held == 0, input.count - index >= 4, output.freeCapacity >= 3,
                    output.count < limit
                {
                    let a = table[Int(input[index])]
                    let b = table[Int(input[index + 1])]
                    let c = table[Int(input[index + 2])]
                    let d = table[Int(input[index + 3])]
                    if (a | b | c | d) > 63 { break }
                    output.append(a << 2 | b >> 4)
                    output.append(b << 4 | c >> 2)
                    output.append(c << 6 | d)
                    index += 4
                }
                guard index < input.count, output.count < limit else { break }
                let value = table[Int(input[index])]
                let isPadding = input[index] == UInt8(ascii: "=")
                index += 1
                if value <= 63 {
                    bits = bits << 6 | UInt32(value)
                    held += 1
                    if held == 4 { flush(&bits, &held, to: &output) }
                } else if isPadding {
                    flush(&bits, &held, to: &output)
                }
            }
            flush(&bits, &held, to: &output)
        }
        if decoded.count > limit { decoded.removeLast(decoded.count - limit) }
        return decoded
    }

    /// Writes the whole octets among the bits held, and drops the rest.
    private static func flush(
        _ bits: inout UInt32, _ held: inout Int, to output: inout OutputSpan<UInt8>
    ) {
        let whole = bits << UInt32(24 - 6 * held)
        for octet in 0..<(held * 6 / 8) where output.freeCapacity > 0 {
            output.append(UInt8(truncatingIfNeeded: whole >> UInt32(16 - 8 * octet)))
        }
        bits = 0
        held = 0
    }

    /// The value of each character; 255 outside the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, character) in alphabet.utf8.enumerated() {
            values[Int(character)] = UInt8(value)
        }
        return values
    }()

    /// Whether the first line of `body` could be base64: text with a wrong label has blanks
    /// inside its lines, or much that is not of RFC 2045 §6.8's alphabet.
    static func isPlausible(_ body: ArraySlice<UInt8>) -> Bool {
        let line = body.drop { $0.isWhiteSpace }.prefix { $0 != .lineFeed }.trimmed
        let strange = line.count { values[Int($0)] > 63 && $0 != UInt8(ascii: "=") }
        return !line.contains { $0.isBlank } && strange * 8 <= line.count
    }

    /// Where plain text begins after the last quantum; nil when the body is base64 to its end.
    /// That is a line with a blank inside it, or with a character beyond the alphabet.
    static func end(of body: ArraySlice<UInt8>) -> Int? {
        guard let padding = body.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        var line = padding
        while line < body.endIndex {
            let end = body[line...].firstIndex(of: .lineFeed) ?? body.endIndex
            if !isPlausible(body[line..<end]) { return line }
            line = end + 1
        }
        return nil
    }
}
