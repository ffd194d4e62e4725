package import CoreAddress
internal import CoreSystem

/// What makes two SMS the same: SHA-256 over message, number, sender and place among its parts.
///
/// An MTA's retry has the same key, by LMTP or by pipe. Two recipients of one message that lead to
/// one number share the key, so they share the SMS. The text is not in it: it follows from the
/// message, and a template changed between two tries must not send the alert again. The sender is:
/// after `from` was changed the old key is not found, and a message still uncertain is sent anew.
package struct IdempotencyKey: Hashable, Sendable {
    /// 64 hexadecimal digits, lower case.
    package let hex: String

    package init(message: MessageDigest, to number: PhoneNumber, sender: String, index: Int) {
        var hash = SHA256()
        hash.update(message.bytes)
        // A NUL ends each: no number or sender holds one, so no two keys run together.
        for field in [number.e164, sender, "\(index)"] {
            hash.update(field.utf8)
            hash.update([0])
        }
        hex = SHA256.hex(hash.finish())
    }

    /// A key as it stands in the journal.
    package init(hex: String) { self.hex = hex }
}

extension IdempotencyKey: CustomStringConvertible {
    /// The first 12 digits: enough to find it in a log and with `smsmda show`.
    package var description: String { String(hex.prefix(12)) }
}
