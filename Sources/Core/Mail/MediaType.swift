/// What a part is: `type/subtype` and parameters (RFC 2045 §5).
///
/// An absent or unreadable Content-Type means text/plain, as RFC 2045 §5.2 says.
package struct MediaType: Hashable, Sendable {
    /// `type/subtype`, lower case.
    package let essence: String
    package let parameters: Parameters

    package var type: String { String(essence.prefix { $0 != "/" }) }
    package var subtype: String { String(essence.drop { $0 != "/" }.dropFirst()) }

    package init(_ essence: String, parameters: Parameters = Parameters()) {
        self.essence = essence
        self.parameters = parameters
    }

    package static let plainText = MediaType("text/plain")
    package static let embeddedMessage = MediaType("message/rfc822")

    /// Reads a Content-Type. Nil when it has no `type/subtype` (its parameters are lost then too:
    /// what they belong to is unknown).
    init?(reading bytes: ArraySlice<UInt8>, limits: Limits) {
        var reader = ParameterReader(bytes)
        let word = reader.word()
        let halves = word.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        // A mark behind the slash would make one character of both, and one half of two.
        guard halves.count == 2, !halves[0].isEmpty, halves[0].allSatisfy({ $0 < 0x80 })
        else { return nil }
        // RFC 2045 §5.1: a subtype is a token of ASCII; what follows it in the word is none of it.
        let subtype = halves[1].prefix { $0 < 0x80 && !Self.specials.contains($0) }
        guard !subtype.isEmpty else { return nil }
        essence = String(decoding: halves[0] + [UInt8(ascii: "/")] + subtype, as: UTF8.self)
        parameters = Parameters(reading: reader.rest, limits: limits)
    }

    private static let specials = Array("()<>@,;:\\\"[]?=".utf8)

    package var isText: Bool { essence.hasPrefix("text/") }
    package var isMultipart: Bool { essence.hasPrefix("multipart/") }
    /// A whole message in its own right, which has parts of its own (RFC 2046 §5.2.1, RFC 6532 §3.7).
    package var isEmbeddedMessage: Bool {
        essence == "message/rfc822" || essence == "message/global" || essence == "message/news"
    }
}
