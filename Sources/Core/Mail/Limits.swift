/// How much of one message is looked at. Beyond a limit the message is read as far as it goes,
/// and a `Defect` says so: a limit never makes a message unreadable, and never bounces it.
///
/// Time is linear in the size of the message, whatever its bytes. The limits bound memory, and
/// the few places where cost would be a product of two sizes that a sender chooses.
package struct Limits: Hashable, Sendable {
    /// Octets of one header block in which fields are read; real ones rarely reach 64 KB.
    package var headerByteCount = 256 << 10
    /// Octets used of one field: a Subject or To beyond this is cut. RFC 5322 has no limit.
    package var fieldByteCount = 64 << 10
    /// Fields kept, of all header blocks of the message together.
    package var fieldCount = 20_000
    /// Parts of the whole tree, those of messages inside included.
    package var partCount = 2_000
    /// Levels of multiparts and messages inside each other: mail gateways make five or six. Each
    /// open level is looked for in every line that begins with `--`.
    package var depth = 128
    /// Messages inside messages: a forwarded bounce of a forwarded bounce has three.
    package var embeddedDepth = 5
    /// Octets of messages in base64 or quoted-printable (which RFC 2046 §5.2.1 forbids) that are
    /// decoded to look inside, together: they are the only bodies copied while parsing.
    package var decodedMessageByteCount = 10 << 20
    /// Octets of a boundary. RFC 2046 §5.1.1 allows 70; some write more.
    package var boundaryByteCount = 32 << 10
    /// Parameters of one field.
    package var parameterCount = 100
    /// Mailboxes of one field.
    package var mailboxCount = 1_000
    /// Octets of text decoded for a reader: an SMS needs less than 2 KB.
    package var textByteCount = 64 << 10
    /// Octets of HTML and of RTF read in a winmail.dat: markup is many times its text.
    package var markupByteCount = 512 << 10
    /// Defects kept; a hostile message could have one an octet.
    package var defectCount = 100

    package init() {}

    package static let standard = Self()
}
