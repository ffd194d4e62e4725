/// A telephone number in E.164 form: `+`, then 2 to 20 digits, the first not 0.
///
/// In: what `NumberReader` made of a local part, or a configured number. Out: the form the provider
/// takes. It does not ask whether the number is in use, or what kind of line it is.
///
/// 20 and not 15, since some plans (Germany, Japan) have longer numbers than E.164 allows, and
/// libphonenumber lets them pass. The provider has the last word.
package struct PhoneNumber: Hashable, Sendable {
    /// With the leading `+`, ASCII only. Never empty.
    package let e164: String

    /// Takes a number that already has the form, and no other.
    package init?(e164: String) {
        let digits = e164.utf8.dropFirst()
        guard e164.utf8.first == UInt8(ascii: "+"), (2...20).contains(digits.count),
            digits.first != UInt8(ascii: "0"),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        self.e164 = e164
    }

    /// For logs: enough to find the line in a bill, too little to call. `+1415…1212`
    package var masked: String {
        let digits = e164.utf8.count - 1
        let tail = min(4, digits / 2)
        let head = max(0, min(4, digits - tail - 3))
        return "\(e164.prefix(1 + head))…\(e164.suffix(tail))"
    }

    /// The digits that select the country or network (`46`); nil when no such code is known.
    package var callingCode: String? { PlainNumber.callingCode(of: e164).map { String($0.code) } }
}

extension PhoneNumber: CustomStringConvertible {
    package var description: String { e164 }
}
