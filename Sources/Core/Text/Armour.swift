/// Takes off what PGP adds to a text (RFC 9580 §6.2 and §7).
///
/// Of a cleartext signature: the line that begins the signed text, its `Hash:` lines and the signature at the end are marked as
/// signature; dash escapes are undone.
/// An encrypted message in armour is left out: nobody reads base64 on a phone. Nothing is verified.
enum Armour {
    static func removeEncrypted(_ lines: inout [Line]) {
        guard let start = lines.firstIndex(where: { $0.isLine("-----BEGIN PGP MESSAGE-----") })
        else { return }
        let end = lines[start...].firstIndex { $0.isLine("-----END PGP MESSAGE-----") }
        lines.removeSubrange(start...(end ?? lines.count - 1))
    }

    static func mark(_ lines: inout [Line]) {
        guard
            let start = lines.firstIndex(where: { $0.isLine("-----BEGIN PGP SIGNED MESSAGE-----") })
        else { return }
        let text = lines[start...].firstIndex { $0.isBlank } ?? lines.count
        let signature =
            lines[text...].firstIndex { $0.isLine("-----BEGIN PGP SIGNATURE-----") } ?? lines.count
        var end = lines.count
        if let last = lines[signature...].firstIndex(where: {
            $0.isLine("-----END PGP SIGNATURE-----")
        }) {
            end = last + 1
        }
        lines.mark(start..<text, .signature)
        for index in text..<signature where lines[index].bytes.hasPrefix("- ") {
            lines[index] = Line(bytes: lines[index].bytes.dropFirst(2), kind: lines[index].kind)
        }
        lines.mark(signature..<end, .signature)
    }
}

extension Line {
    fileprivate func isLine(_ wanted: StaticString) -> Bool {
        bytes.first == UInt8(ascii: "-") && bytes.trimmingBlanksAtEnd.isEqual(to: wanted)
    }
}
