/// The party a message is for, as the envelope names it: `14155551212+urgent@sms.example`.
///
/// Taking apart is total: whatever the text, there is a local part. Nothing is decided here about
/// whether it is a number, an alias, or served at all.
package struct ForwardPath: Hashable, Sendable {
    /// As given, without angle brackets and without an old source route.
    package let address: String
    /// In front of the last `@`; a quoted string is unquoted (RFC 5321 §4.1.2).
    package let localPart: String
    /// Lower case, no dot at the end; nil when the address has no `@`.
    package let domain: String?
    /// Behind the last `+` of the local part; nil when there is none.
    package let option: String?
    /// The local part without option and its `+`.
    package let base: String

    package init(_ address: String) {
        var path = Substring(address)
        if path.hasPrefix("<") && path.hasSuffix(">") { path = path.dropFirst().dropLast() }
        // "@a.example,@b.example:user@c.example": the route is ignored (RFC 5321 §4.1.1.3).
        if path.hasPrefix("@"), let colon = path.firstIndex(of: ":") {
            path = path[path.index(after: colon)...]
        }
        self.address = String(path)

        // By scalars: a combining mark behind "@" or "+" must not hide it.
        let at = Self.lastAt(in: path)
        var domain = at.map { path[path.unicodeScalars.index(after: $0)...].lowercased() }
        if domain?.hasSuffix(".") == true { domain?.removeLast() }
        self.domain = domain
        localPart = Self.unquoted(path[..<(at ?? path.endIndex)])

        if let plus = Self.optionMark(in: localPart) {
            base = String(localPart[..<plus])
            let text = localPart[localPart.unicodeScalars.index(after: plus)...]
            option = text.isEmpty ? nil : String(text)
        } else {
            base = localPart
            option = nil
        }
    }

    /// The last `@`, unless it is inside a quoted local part with no domain behind it.
    private static func lastAt(in path: Substring) -> Substring.Index? {
        guard let at = path.unicodeScalars.lastIndex(of: "@") else { return nil }
        let isQuoted = path.hasPrefix("\"") && path.hasSuffix("\"") && path.count > 1
        return isQuoted ? nil : at
    }

    /// The `+` in front of the option: the last one, unless nothing that could be a name or a
    /// number precedes it, since then it belongs to the number: `+1415...`, `tel:+1415...`.
    private static func optionMark(in localPart: String) -> String.Index? {
        guard let plus = localPart.unicodeScalars.lastIndex(of: "+") else { return nil }
        let before = localPart[..<plus].lowercased()
        guard before.unicodeScalars.contains(where: { $0.properties.isAlphabetic || isDigit($0) }),
            !before.hasSuffix("tel:")
        else { return nil }
        return plus
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.numericType != nil
    }

    private static func unquoted(_ text: Substring) -> String {
        guard text.hasPrefix("\""), text.hasSuffix("\""), text.count > 1 else {
            return String(text)
        }
        var plain = ""
        var isEscaped = false
        for character in text.dropFirst().dropLast() {
            if character == "\\" && !isEscaped {
                isEscaped = true
            } else {
                plain.append(character)
                isEscaped = false
            }
        }
        return plain
    }
}
