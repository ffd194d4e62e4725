/// Cryptographic Message Syntax, read just far enough to find the text under a signature.
///
/// RFC 5652 in BER (ITU-T X.690), the indefinite form and octet strings in pieces included. No
/// signature is checked: a mail's text is not more trustworthy for it, only readable.
enum CMS {
    enum ContentType { case data, signedData, envelopedData }

    /// What the ContentInfo at the start of `bytes` holds (RFC 5652 §3); nil when it is none.
    static func contentType(of bytes: [UInt8]) -> ContentType? {
        var reader = BERReader(bytes[...])
        guard var info = reader.next(tag: 0x30), let type = info.next(tag: 0x06) else { return nil }
        return contentType(type.bytes)
    }

    /// The octets that a SignedData carries (RFC 5652 §5.1, §5.2); nil when it has none.
    static func signedContent(of bytes: [UInt8]) -> [UInt8]? {
        var reader = BERReader(bytes[...])
        guard var info = reader.next(tag: 0x30), let type = info.next(tag: 0x06),
            contentType(type.bytes) == .signedData, var explicit = info.next(tag: 0xA0),
            var signed = explicit.next(tag: 0x30),
            // Version, then the digest algorithms.
            signed.next(tag: 0x02) != nil, signed.next(tag: 0x31) != nil,
            var content = signed.next(tag: 0x30), content.next(tag: 0x06) != nil,
            var wrapped = content.next(tag: 0xA0)
        else { return nil }
        return wrapped.octetString()
    }

    // RFC 5652: pkcs-7 is 1.2.840.113549.1.7.
    private static func contentType(_ identifier: ArraySlice<UInt8>) -> ContentType? {
        let pkcs7: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07]
        guard identifier.count == 9, identifier.starts(with: pkcs7) else { return nil }
        return switch identifier.last {
        case 1: .data
        case 2: .signedData
        case 3: .envelopedData
        default: nil
        }
    }
}

/// Reads BER elements one after the other; nil at the first that is not as expected.
struct BERReader {
    /// What has not been read.
    private(set) var bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    /// The content of the next element if it has that tag. Of the indefinite form, all that
    /// follows: its reader stops by itself at what it looks for.
    mutating func next(tag: UInt8) -> BERReader? {
        guard bytes.first == tag, let (header, length) = header() else { return nil }
        let content = bytes.dropFirst(header)
        guard let length else {
            // X.690 §8.1.3.6: only the elements inside tell where it ends.
            bytes = []
            return BERReader(content)
        }
        // Cut on the way: what is there is taken.
        bytes = content.dropFirst(length)
        return BERReader(content.prefix(length))
    }

    /// X.690 §8.7: an octet string, whole or in pieces.
    mutating func octetString() -> [UInt8]? {
        if let whole = next(tag: 0x04) { return Array(whole.bytes) }
        guard var pieces = next(tag: 0x24) else { return nil }
        var octets: [UInt8] = []
        while let piece = pieces.next(tag: 0x04) { octets += piece.bytes }
        return octets
    }

    /// Octets of tag and length, and the length of the content, nil for the indefinite form.
    private func header() -> (Int, Int?)? {
        guard bytes.count >= 2 else { return nil }
        let first = bytes[bytes.startIndex + 1]
        if first == 0x80 { return (2, nil) }
        if first < 0x80 { return (2, Int(first)) }
        let count = Int(first & 0x7F)
        // Four octets of length are 4 GB.
        guard count <= 4, bytes.count >= 2 + count else { return nil }
        let length = bytes.dropFirst(2).prefix(count).reduce(0) { $0 << 8 | Int($1) }
        return (2 + count, length)
    }
}
