/// How a body was made safe for transfer (RFC 2045 §6), and its undoing.
package enum TransferEncoding: Hashable, Sendable {
    /// 7bit, 8bit and binary: the body stands as it is.
    case identity
    case base64
    case quotedPrintable
    /// x-uuencode: never a standard, still sent.
    case uuencode
    /// Some other word: read as it stands (RFC 2045 §6.4 would make it an attachment).
    case unknown(String)

    /// Reads a Content-Transfer-Encoding: case, blanks, quotes and comments do not matter.
    init(reading bytes: ArraySlice<UInt8>) {
        var reader = ParameterReader(bytes)
        let word = reader.word()
        self =
            switch word {
            case "", "7bit", "8bit", "binary", "7-bit", "8-bit", "none", "7bits", "8bits": .identity
            case "base64", "base-64", "x-base64": .base64
            case "quoted-printable", "quotedprintable", "x-quoted-printable": .quotedPrintable
            case "x-uuencode", "uuencode", "x-uue", "uue", "x-uu": .uuencode
            default: .unknown(word)
            }
    }

    /// The first octets of the decoded body, at most `limit`. Total: what cannot be decoded is
    /// passed over or left as it is, as every reader does.
    func decode(_ body: ArraySlice<UInt8>, limit: Int = .max) -> [UInt8] {
        switch self {
        case .identity, .unknown: Array(body.prefix(limit))
        case .base64: Base64.decode(body, limit: limit)
        case .quotedPrintable: QuotedPrintable.decode(body, limit: limit)
        case .uuencode: Uuencode.decode(body, limit: limit)
        }
    }
}
