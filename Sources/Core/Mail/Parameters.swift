/// The parameters of a Content-Type or Content-Disposition: `; name=value`, in their order.
///
/// RFC 2045 §5.1 and RFC 2231, and what is really sent: blanks around `=`, values with blanks and
/// without quotes, a missing or doubled `;`, comments, encoded words in quotes (which RFC 2047 §5
/// forbids), continuations in any order and with parts encoded and not. The first of two
/// parameters of one name counts.
package struct Parameters: Hashable, Sendable {
    struct Parameter: Hashable, Sendable {
        /// Lower case.
        let name: String
        /// Unquoted, percent codes resolved, charset not yet.
        var bytes: [UInt8]
        /// As RFC 2231 §4 declares it, "" where it leaves it out; nil for a plain value.
        var charset: String?
    }

    private(set) var all: [Parameter] = []

    /// None at all.
    package init() {}

    /// Reads what follows the media type or the disposition. Total, and linear in `bytes`.
    init(reading bytes: ArraySlice<UInt8>, limits: Limits) {
        var reader = ParameterReader(bytes)
        var pieces: [Piece] = []
        var count = 0
        while count < limits.parameterCount, let (name, value) = reader.next() {
            count += 1
            if let piece = Piece(name: name, value: value) {
                pieces.append(piece)
            } else if !all.contains(where: { $0.name == name }) {
                all.append(Parameter(name: name, bytes: value, charset: nil))
            }
        }
        if !pieces.isEmpty { join(pieces) }
    }

    /// The value of a parameter, its name in lower case: decoded, control characters made blanks.
    package subscript(_ name: String) -> String? {
        guard let parameter = all.first(where: { $0.name == name }) else { return nil }
        guard let charset = parameter.charset else {
            return EncodedWord.text(from: parameter.bytes[...]).withoutControls
        }
        return Charset.decode(parameter.bytes[...], label: charset).withoutControls
    }

    /// The value's octets, for a value that is compared with octets: a boundary.
    func bytes(_ name: String) -> [UInt8]? { all.first { $0.name == name }?.bytes }

    /// Names in the order of the message, lower case.
    package var names: [String] { all.map(\.name) }

    // RFC 2231 §3: the pieces of one name are one value, in the order of their numbers; §4: the
    // extended form says its charset, so it is better than a plain one beside it.
    private mutating func join(_ pieces: [Piece]) {
        for name in pieces.reduce(
            into: [String](), { if !$0.contains($1.name) { $0 += [$1.name] } })
        {
            var joined = Parameter(name: name, bytes: [], charset: nil)
            var last = -1
            // sorted(by:) is stable: the first of two pieces with one number counts.
            for piece in pieces.filter({ $0.name == name }).sorted(by: { $0.number < $1.number })
            where piece.number > last {
                piece.append(to: &joined, isFirst: last < 0)
                last = piece.number
            }
            if let index = all.firstIndex(where: { $0.name == name }) {
                all[index] = joined
            } else {
                all.append(joined)
            }
        }
    }

    /// One parameter of RFC 2231's kind: `name*`, `name*2`, `name*2*`.
    private struct Piece {
        let name: String
        let number: Int
        let isExtended: Bool
        let value: [UInt8]

        /// Nil for a plain parameter.
        init?(name: String, value: [UInt8]) {
            let pieces = name.split(separator: "*", omittingEmptySubsequences: false)
            guard pieces.count > 1, !pieces[0].isEmpty else { return nil }
            let number = Int(pieces[1])
            guard number != nil || pieces[1].isEmpty else { return nil }
            self.name = String(pieces[0])
            self.number = max(0, number ?? 0)
            isExtended = number == nil || pieces.count > 2
            self.value = value
        }

        func append(to parameter: inout Parameter, isFirst: Bool) {
            var rest = value[...]
            // RFC 2231 §4: charset'language'text, in the first piece only.
            if isExtended, parameter.charset == nil {
                parameter.charset = ""
                let quote = UInt8(ascii: "'")
                if let first = rest.firstIndex(of: quote),
                    let second = rest[(first + 1)...].firstIndex(of: quote)
                {
                    parameter.charset = String(decoding: rest[..<first], as: UTF8.self).asciiLowered
                    rest = rest[(second + 1)...]
                }
            }
            guard isExtended else { return parameter.bytes += rest }
            var index = rest.startIndex
            while index < rest.endIndex {
                if rest[index] == UInt8(ascii: "%"), index + 2 < rest.endIndex,
                    let high = rest[index + 1].hexValue, let low = rest[index + 2].hexValue
                {
                    parameter.bytes.append(high << 4 | low)
                    index += 3
                } else {
                    parameter.bytes.append(rest[index])
                    index += 1
                }
            }
        }
    }
}
