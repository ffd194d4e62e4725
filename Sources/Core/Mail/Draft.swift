/// A part whose header has been read and whose body is still to come.
struct Draft {
    let header: Header
    private let path: String
    private let isBodyOfMessage: Bool
    let mediaType: MediaType
    let transferEncoding: TransferEncoding
    let disposition: Disposition?
    let enclosingCharset: String?
    private let embeddedDepth: Int
    /// Kinds, each with the name of the field.
    private(set) var defects: [(Defect.Kind, String)] = []
    var bodyStart = 0

    init(header: Header, around: MessageParser.Surroundings, limits: Limits) {
        self.header = header
        var mediaType = around.defaultType
        if let value = header.bytes("Content-Type") {
            if let declared = MediaType(reading: value, limits: limits) {
                mediaType = declared
            } else {
                // RFC 2045 §5.2: a value that cannot be read is as good as none.
                mediaType = .plainText
                defects.append((.unreadableMediaType, "Content-Type"))
            }
        }
        self.mediaType = mediaType
        enclosingCharset = around.charset
        embeddedDepth = around.embeddedDepth
        transferEncoding =
            header.bytes("Content-Transfer-Encoding").map(TransferEncoding.init) ?? .identity
        if case .unknown = transferEncoding {
            defects.append((.unknownTransferEncoding, "Content-Transfer-Encoding"))
        }
        disposition = header.bytes("Content-Disposition").flatMap {
            Disposition(reading: $0, limits: limits)
        }
        for name in Self.single where header.hasTwo(name) {
            defects.append((.duplicateField, name))
        }
        path = around.path
        isBodyOfMessage = around.isBodyOfMessage
    }

    /// Fields of which a reader can follow only one, and a second is perhaps meant to deceive.
    private static let single = [
        "Subject", "From", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition",
    ]

    /// Empty when it has none. RFC 2046 §5.1.1: it does not end in a blank.
    var boundary: [UInt8] { Self.boundary(of: mediaType) }

    static func boundary(of mediaType: MediaType) -> [UInt8] {
        var boundary = mediaType.parameters.bytes("boundary") ?? []
        while let last = boundary.last, last.isWhiteSpace { boundary.removeLast() }
        return boundary
    }

    /// The section number it has unless parts are found in it.
    var leafPath: String {
        guard isBodyOfMessage else { return path }
        return path.isEmpty ? "1" : path + ".1"
    }

    func part(_ source: [UInt8], _ body: Range<Int>, _ content: Part.Content = .leaf) -> Part {
        var isMultipart = false
        if case .multipart = content { isMultipart = true }
        return Part(
            path: isMultipart ? path : leafPath, header: header, mediaType: mediaType,
            transferEncoding: transferEncoding,
            disposition: disposition, content: content, bodyRange: body,
            enclosingCharset: enclosingCharset, embeddedDepth: embeddedDepth, source: source)
    }
}
