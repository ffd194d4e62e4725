internal import CoreSystem

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
        if let plain = Self(plain: address) {
            self = plain
            return
        }
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

    /// ASCII without quotes, brackets or a route, as nearly all addresses are: the same by octets, in a
    /// fifth of the time. Nil for any other.
    private init?(plain address: String) {
        let octets = Array(address.utf8)
        let quotes: [UInt8] = [UInt8(ascii: "\""), UInt8(ascii: "<")]
        guard octets.span.isASCII, octets.first != UInt8(ascii: "@"),
            !octets.contains(where: quotes.contains)
        else { return nil }
        self.address = address
        let at = octets.lastIndex(of: UInt8(ascii: "@"))
        domain = at.map { at in
            let name = octets[(at + 1)...]
            let end = name.last == UInt8(ascii: ".") ? name.endIndex - 1 : name.endIndex
            return Self.small(name[..<end])
        }
        let local = octets[..<(at ?? octets.endIndex)]
        localPart = String(decoding: local, as: UTF8.self)
        if let plus = local.lastIndex(of: UInt8(ascii: "+")), Self.precedesOption(local[..<plus]) {
            base = String(decoding: local[..<plus], as: UTF8.self)
            let text = local[(plus + 1)...]
            option = text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
        } else {
            base = localPart
            option = nil
        }
    }

    private static func precedesOption(_ text: ArraySlice<UInt8>) -> Bool {
        let hasLetterOrDigit = text.contains { octet in
            (octet | 0x20) &- UInt8(ascii: "a") < 26 || octet &- UInt8(ascii: "0") < 10
        }
        return hasLetterOrDigit && small(text.suffix(4)) != "tel:"
    }

    private static func small(_ text: ArraySlice<UInt8>) -> String {
        let octets = text.map { $0 &- UInt8(ascii: "A") < 26 ? $0 | 0x20 : $0 }
        return String(decoding: octets, as: UTF8.self)
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
