internal import CoreSystem

/// What a charset label really means in mail, and the way from octets to text.
///
/// In: octets and the label that came with them. Out: always valid text. A label is looked up in
/// a fixed table (`Charset+Labels.swift`) and never handed to the C library: iconv(3) is called
/// only with the seven names of `Iconv`, none of which keeps a state (CVE-2020-27618, CVE-2021-3326
/// and CVE-2024-2961 were all in glibc's converters for odd names).
///
/// A label is believed unless the octets contradict it. Without a label, or with one that says
/// nothing (us-ascii with octets beyond it, `unknown-8bit`), UTF-8 is tried first, then the hints.
package struct Charset: Hashable, Sendable {
    /// How the octets become text.
    enum Scheme: Hashable, Sendable {
        case ascii
        case utf8
        case utf7
        case utf16(bigEndian: Bool?)
        case utf32(bigEndian: Bool?)
        case singleByte(SingleByteName)
        case multiByte(Iconv.Name)
        case iso2022JP
        case iso2022KR
        case hz
    }

    /// The name people know it by: `windows-1252`, `GB18030`.
    package let name: String
    let scheme: Scheme

    /// What was made of some octets.
    package struct Decoded: Hashable, Sendable {
        package let text: String
        /// The name of the charset that was used; nil for plain ASCII.
        package let used: String?
        package let defect: Defect.Kind?
    }

    /// Decodes octets whose label is `label`, nil if there is none. `hint` is the label of what
    /// encloses them, `fallback` the operator's charset for text that declares none.
    package static func decode(
        _ bytes: ArraySlice<UInt8>, label: String?, hint: String? = nil, fallback: String? = nil
    ) -> String {
        decoded(bytes, label: label, hint: hint, fallback: fallback).text
    }

    package static func decoded(
        _ bytes: ArraySlice<UInt8>, label: String?, hint: String? = nil, fallback: String? = nil
    ) -> Decoded {
        if let label, let charset = Charset(label: label), charset.scheme != .ascii {
            return charset.decodeBelieving(bytes, fallback: hint ?? fallback)
        }
        let isUnknown = label.map { Charset(label: $0) == nil && !saysNothing($0) } ?? false
        let doubt: Defect.Kind? = isUnknown ? .unknownCharset : nil
        if bytes.span.isASCII {
            // QUIRK: RFC 1468 wants a label; old devices in Japan send the escapes without.
            if Self.hasJapaneseEscape(bytes) {
                return Decoded(
                    text: ISO2022.japanese(bytes).text, used: "ISO-2022-JP",
                    defect: doubt ?? .undeclaredBytes)
            }
            return Decoded(
                text: String(decoding: bytes, as: UTF8.self), used: nil, defect: doubt)
        }
        if let text = String(validating: bytes.span) {
            return Decoded(text: text, used: "UTF-8", defect: doubt ?? .undeclaredBytes)
        }
        for candidate in [hint, fallback] {
            if let candidate, let charset = Charset(label: candidate), charset.scheme != .ascii {
                let (text, _) = charset.convert(bytes)
                return Decoded(text: text, used: charset.name, defect: doubt ?? .undeclaredBytes)
            }
        }
        let (repaired, bad) = Self.utf8.convert(bytes)
        if Self.isMostlyRight(bad: bad, of: bytes) {
            return Decoded(text: repaired, used: "UTF-8", defect: doubt ?? .undeclaredBytes)
        }
        return Decoded(
            text: Self.windows1252.convert(bytes).text, used: Self.windows1252.name,
            defect: doubt ?? .undeclaredBytes)
    }

    static let windows1252 = Charset(name: "windows-1252", scheme: .singleByte(.windows1252))
    static let utf8 = Charset(name: "UTF-8", scheme: .utf8)

    private func decodeBelieving(_ bytes: ArraySlice<UInt8>, fallback: String?) -> Decoded {
        let (text, bad) = convert(bytes)
        guard bad > 0 else { return Decoded(text: text, used: name, defect: nil) }
        if scheme == .utf8 {
            // Some octets damaged: repaired. Most of them wrong: it never was UTF-8.
            // Whole characters of several octets hardly come about by chance.
            let good = text.unicodeScalars.count { $0.value >= 128 && $0 != "\u{FFFD}" }
            if good * 4 >= bad || Self.isMostlyRight(bad: bad, of: bytes) {
                return Decoded(text: text, used: name, defect: .wrongCharset)
            }
            let other = fallback.flatMap { Charset(label: $0) } ?? Self.windows1252
            let better = other.scheme == .utf8 || other.scheme == .ascii ? Self.windows1252 : other
            return Decoded(
                text: better.convert(bytes).text, used: better.name, defect: .wrongCharset)
        }
        if usesHighOctets, let text = String(validating: bytes.span) {
            return Decoded(text: text, used: "UTF-8", defect: .wrongCharset)
        }
        return Decoded(text: text, used: name, defect: .wrongCharset)
    }

    /// Whether UTF-8 with so many replacements is still UTF-8: one octet in eight, of those beyond
    /// ASCII, may be wrong. Text in another charset has nearly all of them wrong.
    private static func isMostlyRight(bad: Int, of bytes: ArraySlice<UInt8>) -> Bool {
        bad * 8 <= max(1, bytes.reduce(0) { $0 + ($1 >= 128 ? 1 : 0) })
    }

    /// Whether octets of the set that are valid UTF-8 are a sign of a wrong label.
    private var usesHighOctets: Bool {
        switch scheme {
        case .singleByte, .multiByte: true
        case .ascii, .utf8, .utf7, .utf16, .utf32, .iso2022JP, .iso2022KR, .hz: false
        }
    }

    /// The text, U+FFFD for what has no meaning, and how many times that was.
    func convert(_ bytes: ArraySlice<UInt8>) -> (text: String, bad: Int) {
        switch scheme {
        case .ascii, .utf8:
            if let text = String(validating: bytes.span) { return (text, 0) }
            let text = String(decoding: bytes, as: UTF8.self)
            return (text, text.unicodeScalars.reduce(0) { $0 + ($1 == "\u{FFFD}" ? 1 : 0) })
        case .utf7: return UTF7.decode(bytes)
        case .utf16(let bigEndian): return WideUnicode.utf16(bytes, bigEndian: bigEndian)
        case .utf32(let bigEndian): return WideUnicode.utf32(bytes, bigEndian: bigEndian)
        case .singleByte(let name):
            let (text, undefined) = name.table.decode(bytes)
            return (text, undefined)
        case .multiByte(let name): return Iconv.decode(bytes, from: name)
        case .iso2022JP: return ISO2022.japanese(bytes)
        case .iso2022KR: return ISO2022.korean(bytes)
        case .hz: return ISO2022.hz(bytes)
        }
    }

    /// RFC 1468: ESC $ @ or ESC $ B switches to two-octet characters.
    private static func hasJapaneseEscape(_ bytes: ArraySlice<UInt8>) -> Bool {
        let input = bytes.span
        var index = 0
        while index < input.count {
            index = input.first(0x1B, in: index..<input.count)
            if input.has("\u{1B}$B", at: index) || input.has("\u{1B}$@", at: index) { return true }
            index += 1
        }
        return false
    }
}
