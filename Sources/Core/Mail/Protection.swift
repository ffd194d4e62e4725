internal import CoreSystem

/// Encryption and signatures, recognized and named; nothing is decrypted or verified.
package enum Protection: String, Hashable, Sendable, CaseIterable {
    case pgpEncrypted = "PGP encrypted"
    case pgpSigned = "PGP signed"
    case smimeEncrypted = "S/MIME encrypted"
    /// The text is inside the signature's own format: `Part.signedMessage` gets it out.
    case smimeOpaque = "S/MIME opaque signed"
    case smimeSigned = "S/MIME signed"
    case smimeCertificates = "S/MIME certificates"
    case smimeCompressed = "S/MIME compressed"

    /// Whether no text can be read without a key or a decompressor.
    package var hidesText: Bool {
        switch self {
        case .pgpEncrypted, .smimeEncrypted, .smimeCompressed: true
        case .pgpSigned, .smimeOpaque, .smimeSigned, .smimeCertificates: false
        }
    }
}

extension Part {
    /// How this part is protected, by its media type and, where that does not say, its first
    /// octets (RFC 1847, RFC 3156, RFC 8551 §3.2). Nil for a part like any other.
    package var protection: Protection? {
        switch mediaType.essence {
        case "multipart/encrypted":
            return protocolName.holds("pkcs7") ? .smimeEncrypted : .pgpEncrypted
        case "multipart/signed":
            return protocolName.holds("pgp") ? .pgpSigned : .smimeSigned
        case "application/pkcs7-mime", "application/x-pkcs7-mime":
            return smimeProtection
        case "application/octet-stream" where hasSuffix(".p7m"):
            return smimeProtection
        case "application/pgp-encrypted", "application/x-pgp-encrypted":
            return .pgpEncrypted
        case _ where mediaType.essence == "text/plain" && transferEncoding == .identity:
            return inlinePGP
        default:
            return nil
        }
    }

    private var protocolName: String { mediaType.parameters["protocol"]?.asciiLowered ?? "" }

    private func hasSuffix(_ suffix: String) -> Bool {
        filename.map { $0.asciiLowered.hasSuffix(suffix) } ?? false
    }

    private var smimeProtection: Protection {
        switch mediaType.parameters["smime-type"]?.asciiLowered {
        case "enveloped-data", "authenveloped-data": return .smimeEncrypted
        case "signed-data", "signed-receipt": return .smimeOpaque
        case "certs-only": return .smimeCertificates
        case "compressed-data": return .smimeCompressed
        default: break
        }
        if hasSuffix(".p7c") { return .smimeCertificates }
        return CMS.contentType(of: decodedBody(limit: 64)) == .signedData
            ? .smimeOpaque : .smimeEncrypted
    }

    /// RFC 9580 §6.2: armour in text, at the start of the first line that is not blank.
    private var inlinePGP: Protection? {
        let input = source.span
        var index = bodyRange.lowerBound
        while index < bodyRange.upperBound, input[index].isWhiteSpace { index += 1 }
        if input.has("-----BEGIN PGP MESSAGE-----", at: index) { return .pgpEncrypted }
        if input.has("-----BEGIN PGP SIGNED MESSAGE-----", at: index) { return .pgpSigned }
        return nil
    }

    /// The message inside an opaque S/MIME signature (RFC 8551 §3.5.2), unverified; nil for any
    /// other part, and for one inside as many messages as `Limits.embeddedDepth`: each signature in
    /// a signature is a copy. A reader without S/MIME sees nothing of such a mail.
    package var signedMessage: Message? {
        guard embeddedDepth < Limits.standard.embeddedDepth, protection == .smimeOpaque,
            let content = CMS.signedContent(of: decodedBody())
        else { return nil }
        return Message(parsing: content, embeddedDepth: embeddedDepth + 1)
    }
}
