internal import CoreSystem

/// The quoted-printable transfer encoding (RFC 2045 §6.7), decoded forgivingly.
///
/// Lower-case digits are taken, a soft line break may have blanks before the line end, and `=`
/// before anything else stays as it stands.
///
/// QUIRK: RFC 2045 §6.7 has blanks at the end of a line dropped. No reader does it, and the marks
/// of format=flowed and the line `-- ` are blanks that careless programs do not encode.
enum QuotedPrintable {
    static func decode(_ body: ArraySlice<UInt8>, limit: Int = .max) -> [UInt8] {
        let input = body.span
        var output: [UInt8] = []
        output.reserveCapacity(min(input.count, limit))
        var index = 0
        while index < input.count && output.count < limit {
            let lineEnd = input.first(.lineFeed, in: index..<input.count)
            var end = lineEnd
            while end > index && input[end - 1].isWhiteSpace { end -= 1 }
            if end > index, input[end - 1] == UInt8(ascii: "=") {
                decodeLine(input, index..<(end - 1), to: &output)
            } else {
                decodeLine(input, index..<min(lineEnd + 1, input.count), to: &output)
            }
            index = lineEnd + 1
        }
        if output.count > limit { output.removeLast(output.count - limit) }
        return output
    }

    private static func decodeLine(
        _ input: borrowing Span<UInt8>, _ range: Range<Int>, to output: inout [UInt8]
    ) {
        var index = range.lowerBound
        while index < range.upperBound {
            let escape = input.first(UInt8(ascii: "="), in: index..<range.upperBound)
            append(input, index..<escape, to: &output)
            guard escape < range.upperBound else { return }
            if escape + 2 < range.upperBound, let high = input[escape + 1].hexValue,
                let low = input[escape + 2].hexValue
            {
                output.append(high << 4 | low)
                index = escape + 3
            } else {
                output.append(UInt8(ascii: "="))
                index = escape + 1
            }
        }
    }

    private static func append(
        _ input: borrowing Span<UInt8>, _ range: Range<Int>, to output: inout [UInt8]
    ) {
        unsafe input.extracting(range).withUnsafeBufferPointer {
            unsafe output.append(contentsOf: $0)
        }
    }

    /// The Q encoding of a header (RFC 2047 §4.2): `_` is a blank, no line ends.
    static func decodeWord(_ text: ArraySlice<UInt8>, to output: inout [UInt8]) {
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            if byte == UInt8(ascii: "="), index + 2 < text.endIndex,
                let high = text[index + 1].hexValue, let low = text[index + 2].hexValue
            {
                output.append(high << 4 | low)
                index += 3
            } else {
                output.append(byte == UInt8(ascii: "_") ? .blank : byte)
                index += 1
            }
        }
    }
}
