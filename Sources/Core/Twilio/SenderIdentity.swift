package import CoreAddress

/// Who an SMS comes from, as the phone shows it.
package enum SenderIdentity: Hashable, Sendable {
    case number(PhoneNumber)
    /// Three to eight digits.
    case shortCode(String)
    /// At most 11 characters, one of them a letter; phones cannot answer it.
    case alphanumeric(String)
    /// A Messaging Service, `MG` and 32 hexadecimal digits: Twilio picks the sender.
    case service(sid: String)

    /// Reads what an operator writes for `from`. Nil when it is none of the four.
    ///
    /// A name that begins with MG is a name unless it is a whole SID.
    package init?(_ text: String) {
        if let number = PhoneNumber(e164: text) {
            self = .number(number)
        } else if Account.isSID(text, prefix: "MG") {
            self = .service(sid: text)
        } else if (3...8).contains(text.utf8.count),
            text.utf8.allSatisfy({ (48...57).contains($0) })
        {
            self = .shortCode(text)
        } else if (1...11).contains(text.utf8.count), text.utf8.contains(where: Self.isLetter),
            text.utf8.allSatisfy({ Self.isLetter($0) || Self.otherCharacters.contains($0) })
        {
            self = .alphanumeric(text)
        } else {
            return nil
        }
    }

    /// What stands in the request, and in the idempotency key.
    package var wireForm: String {
        switch self {
        case .number(let number): number.e164
        case .shortCode(let text), .alphanumeric(let text), .service(let text): text
        }
    }

    /// Digits, blank and `- + _ &`, which Twilio's AlphaSender resource takes besides letters.
    private static let otherCharacters: Set<UInt8> = Set("0123456789 -+_&".utf8)

    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte)
    }
}
