internal import CoreMail

/// The charset that HTML declares in itself: `<meta charset=...>` or `<meta ... content="...charset=...">`.
///
/// Asked only if the part declares none, since a gateway that recodes a message changes the header and not
/// the HTML. Only the first bytes are looked at, as browsers do.
enum HTMLCharset {
    static func declared(in part: Part) -> String? {
        let start = part.decodedBody(limit: searched)
        var index = 0
        while index + key.count < start.count {
            guard start[index] | 0x20 == key[0],
                zip(start[index...], key).allSatisfy({ $0.asciiLowercased == $1 })
            else {
                index += 1
                continue
            }
            let value = start[(index + key.count)...]
                .drop { $0.isHTMLSpace || $0 == UInt8(ascii: "=") }
                .drop { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") || $0.isHTMLSpace }
                .prefix { $0.isASCIILetterOrDigit || "-_:.".utf8.contains($0) }
            return value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
        }
        return nil
    }

    private static let key = Array("charset".utf8)
    private static let searched = 2_048
}
