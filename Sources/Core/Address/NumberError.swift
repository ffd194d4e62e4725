/// Why a text is not read as a phone number. The description is for the person who wrote it.
package enum NumberError: Error, Hashable, Sendable {
    case notANumber
    case tooShort
    case tooLong
    /// `+` is followed by digits that no country or network has.
    case unknownCallingCode
    /// No number of this country has so many digits.
    case notPossible
    /// libphonenumber could not be loaded, or failed: ours to mend, the number may be good.
    case libraryMissing(String)

    /// Whether the number may be good, so that trying again later makes sense.
    package var isOurs: Bool {
        switch self {
        case .libraryMissing: true
        case .notANumber, .tooShort, .tooLong, .unknownCallingCode, .notPossible: false
        }
    }
}

extension NumberError: CustomStringConvertible {
    /// Without the number itself, under 160 bytes unless the loader's words are longer.
    package var description: String {
        switch self {
        case .notANumber: "not a phone number; write it as +14155551212"
        case .tooShort: "too short for a phone number; write it in full, as +14155551212"
        case .tooLong: "too long for a phone number; write one number, as +14155551212"
        case .unknownCallingCode: "no country has this calling code; check the digits after +"
        case .notPossible:
            "no phone number of this country has so many digits; write it as +14155551212"
        case .libraryMissing(let reason):
            "libphonenumber cannot be used (\(reason)); install libsmsmda-phonenumber.so and "
                + "the package libphonenumber8"
        }
    }
}
