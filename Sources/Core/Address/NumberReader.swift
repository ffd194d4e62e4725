/// Reads a phone number as people write it: digits, `+`, separators, vanity letters, `tel:`.
///
/// In: the local part of a forward-path without its option, and the region that gives a number
/// without `+` its country. Out: E.164. The rules are libphonenumber's `parse`,
/// `isPossibleNumber` (by length: number plans move faster than a distribution) and its E.164
/// format, so `+44 0161 496 0000` loses its 0, Italy keeps its own, `00` or `011` in front is an
/// international prefix, text before the number and an extension behind it are left out.
///
/// Plain numbers are read by a table and cost nothing; for the others the library is loaded.
package struct NumberReader: Sendable {
    package let region: Region

    /// Octets. RFC 5321 §4.5.3.1.1 has 64; libphonenumber stops at 250.
    private static let longest = 250

    package init(region: Region) { self.region = region }

    package func read(_ text: String) throws(NumberError) -> PhoneNumber {
        if let number = PlainNumber.read(text, region: region) { return number }
        guard text.utf8.count <= Self.longest else { throw .tooLong }
        guard !PlainNumber.isHopeless(text) else { throw .notANumber }
        return try PhoneNumberLibrary.shared().number(text, region: region.code)
    }

    /// The region that a number belongs to; nil for satellite and other numbers of no region, and
    /// where regions share a calling code and no plan of theirs has the number.
    ///
    /// Asks the library only where several regions share the calling code, as the United States
    /// and Canada do.
    package static func region(of number: PhoneNumber) throws(NumberError) -> Region? {
        guard let row = PlainNumber.callingCode(of: number.e164) else { return nil }
        if !row.isShared { return Region(row.region) }
        return try PhoneNumberLibrary.shared().region(of: number)
    }

    /// The kind of line by the country's numbering plan. Always asks the library.
    package static func kind(of number: PhoneNumber) throws(NumberError) -> NumberKind {
        try PhoneNumberLibrary.shared().kind(of: number)
    }
}
