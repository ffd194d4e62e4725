internal import CoreMail

/// Something in a message that is no text: a picture, a recording, a document.
///
/// Its name comes from an outsider and is cleaned before anyone sees it; its type is what the sender
/// declared, beside what `FileTypes` found in its octets if it was asked. It is only named, never sent:
/// `section` is what sending it as a media message would start from.
package struct Attachment: Hashable, Sendable {
    /// Without folders, controls and characters that turn the direction of writing; nil if it has none.
    package let name: String?
    /// Where it is, as in `Part.path`. What lies in a winmail.dat has the section of that.
    package let section: String
    /// `type/subtype` as declared, lower case.
    package let declaredType: String
    /// `type/subtype` as its octets say; nil when nobody looked.
    package var foundType: String?
    /// Octets, decoded.
    package let byteCount: Int

    init(name: String?, section: String, declaredType: String, byteCount: Int) {
        self.name = name.flatMap(Self.cleaned)
        self.section = section
        self.declaredType = declaredType
        self.byteCount = byteCount
    }

    init(_ part: Part) {
        self.init(
            name: part.filename ?? part.embedded?.subject.map { "\($0).eml" },
            section: part.path, declaredType: part.mediaType.essence,
            byteCount: part.decodedByteCount)
    }

    /// For people: `snapshot.jpg, 212 KB`.
    package var label: String { "\(name ?? declaredType), \(size)" }

    /// In units of 1,000 octets, rounded, at least 1: `812 B`, `212 KB`, `1.4 MB`.
    private var size: String {
        switch byteCount {
        case ..<1_000: return "\(byteCount) B"
        case ..<999_500: return "\((byteCount + 500) / 1_000) KB"
        case ..<9_950_000:
            let tenths = (byteCount + 50_000) / 100_000
            return "\(tenths / 10).\(tenths % 10) MB"
        default: return "\((byteCount + 500_000) / 1_000_000) MB"
        }
    }

    /// The file's own name, at most `longestName` characters, the middle left out of longer ones.
    private static func cleaned(_ name: String) -> String? {
        let file = name.split { $0 == "/" || $0 == "\\" }.last ?? ""
        var scalars = String.UnicodeScalarView()
        for scalar in file.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .unassigned, .privateUse: continue
            case .lineSeparator, .paragraphSeparator, .spaceSeparator: scalars.append(" ")
            default: scalars.append(scalar)
            }
        }
        let clean = String(scalars).trimming { $0 == " " }
        guard !clean.isEmpty else { return nil }
        guard clean.count > longestName else { return clean }
        return "\(clean.prefix(longestName - tailLength - 3))...\(clean.suffix(tailLength))"
    }

    private static let longestName = 40
    private static let tailLength = 10
}

extension Part {
    /// Octets of the decoded body, without decoding base64, which attachments of any size come in.
    fileprivate var decodedByteCount: Int {
        guard transferEncoding == .base64 else { return decodedBody().count }
        let digits = encodedBody.count { byte in
            byte.isASCIILetterOrDigit || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
        }
        return digits * 3 / 4
    }
}
