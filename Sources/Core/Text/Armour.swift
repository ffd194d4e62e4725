/// Takes off what PGP's cleartext signature adds to a text (RFC 9580 §7).
///
/// The line that begins the signed text, its `Hash:` lines and the signature at the end are marked as
/// signature; dash escapes are undone. Nothing is verified.
enum Armour {
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
        for index in text..<signature where lines[index].text.hasPrefix("- ") {
            lines[index] = Line(text: lines[index].text.dropFirst(2), kind: lines[index].kind)
        }
        lines.mark(signature..<end, .signature)
    }
}

extension Line {
    fileprivate func isLine(_ wanted: String) -> Bool { text.trimmingBlanksAtEnd == wanted }
}
