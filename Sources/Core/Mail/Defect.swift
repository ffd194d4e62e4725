/// Something wrong in a message that can be lived with, and where.
///
/// Defects are for the operator (`smsmda inspect`, `explain`) and for tests; nothing is decided
/// by them but whether a header was read whole.
package struct Defect: Hashable, Sendable, CustomStringConvertible {
    /// What is wrong. The raw value is a stable name: it is printed and may be searched for.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        // Of the message as a whole.
        case byteOrderMarkBeforeHeader = "byte-order-mark-before-header"
        case mailboxLineBeforeHeader = "mailbox-line-before-header"
        case bareCarriageReturns = "bare-carriage-returns"
        case empty = "empty"
        // Of a header.
        case noHeader = "no-header"
        case lineIsNoField = "line-is-no-field"
        case headerWithoutEnd = "header-without-end"
        case headerTooLong = "header-too-long"
        case tooManyFields = "too-many-fields"
        case fieldTooLong = "field-too-long"
        case duplicateField = "duplicate-field"
        // Of the structure.
        case unreadableMediaType = "unreadable-media-type"
        case noBoundaryParameter = "no-boundary-parameter"
        case boundaryTooLong = "boundary-too-long"
        case boundaryNeverAppears = "boundary-never-appears"
        case noEndBoundary = "no-end-boundary"
        case encodedMultipart = "encoded-multipart"
        case encodedMessage = "encoded-message"
        case tooDeep = "too-deep"
        case tooManyParts = "too-many-parts"
        // Of a body.
        case unknownTransferEncoding = "unknown-transfer-encoding"
        case unknownCharset = "unknown-charset"
        case undeclaredBytes = "undeclared-bytes"
        case wrongCharset = "wrong-charset"
        case invalidBase64 = "invalid-base64"
        case textCut = "text-cut"
        case tooManyDefects = "too-many-defects"
    }

    package let kind: Kind
    /// The section, as in `Part.path`, or a field's name, or both: `1.2 Content-Type`. Empty for
    /// the message as a whole.
    package let place: String

    package init(_ kind: Kind, at place: String = "") {
        self.kind = kind
        self.place = place
    }

    package var description: String { place.isEmpty ? kind.rawValue : "\(kind.rawValue) \(place)" }
}
