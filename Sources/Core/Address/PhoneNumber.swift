/// A telephone number in E.164 form: `+`, then 2 to 15 digits, the first not 0.
///
/// In: what `NumberReader` made of the local part of a forward-path, or what an operator configured.
/// Out: the form the provider takes. It does not ask whether the number is in use, or what kind of
/// line it is.
package struct PhoneNumber: Hashable, Sendable {
    /// With the leading `+`, ASCII only. Never empty.
    package let e164: String

    /// Takes E.164 as it stands. Nil for everything else, be it a readable number in another form.
    package init?(e164: String) {
        let digits = e164.utf8.dropFirst()
        guard e164.utf8.first == UInt8(ascii: "+"), (2...15).contains(digits.count),
            digits.first != UInt8(ascii: "0"),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        self.e164 = e164
    }

    /// The number with all but its first three and last four digits hidden, for logs.
    package var masked: String {
        guard e164.utf8.count > 9 else { return "+…" }
        return "\(e164.prefix(4))…\(e164.suffix(4))"
    }
}

extension PhoneNumber: CustomStringConvertible {
    package var description: String { e164 }
}
