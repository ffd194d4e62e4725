/// Numbers that make an outcome happen.
///
/// The first two tables are the provider's, from its page on test credentials, read 2026-11-21.
/// The third is this program's own: a number `+150055530NN` accepts the message, which later
/// ends with error 300NN; NN = 00 leaves it at `sent`, as carriers without receipts do.
enum MagicNumber {
    /// Why a message from this number is refused at once; nil for every other number.
    static func refusal(from number: String) -> ProviderError? {
        switch number {
        case "+15005550001":
            ProviderError(400, 21212, "The 'From' number \(number) is not a valid phone number.")
        case "+15005550007":
            ProviderError(
                400, 21606,
                "The 'From' phone number \(number) is not a valid message-capable"
                    + " Twilio phone number for this account.")
        case "+15005550008":
            ProviderError(
                400, 21611,
                "The 'From' number \(number) has exceeded its maximum number of"
                    + " queued messages.")
        default: nil
        }
    }

    /// Why a message to this number is refused; a messaging service refuses some only later.
    static func refusal(to number: String) -> ProviderError? {
        switch number {
        case "+15005550001":
            ProviderError(400, 21211, "The 'To' number \(number) is not a valid phone number.")
        case "+15005550002":
            ProviderError(
                400, 21612,
                "Message cannot be sent with the current combination of 'To'"
                    + " (\(number)) and 'From' parameters.")
        case "+15005550003":
            ProviderError(
                400, 21408,
                "Permission to send an SMS has not been enabled for the region"
                    + " indicated by the 'To' number: \(number).")
        case "+15005550004": .optedOut
        case "+15005550009":
            ProviderError(400, 21614, "To number: \(number), is not a mobile number")
        default: nil
        }
    }

    /// What becomes of an accepted message to this number.
    static func outcome(to number: String) -> Outcome {
        let prefix = "+150055530"
        guard number.hasPrefix(prefix), number.utf8.count == prefix.utf8.count + 2,
            let detail = Int(number.dropFirst(prefix.count))
        else { return .delivered }
        guard detail != 0 else { return .sentOnly }
        let code = 30000 + detail
        return neverLeaves.contains(code) ? .failed(code: code) : .undelivered(code: code)
    }

    /// Errors of the provider itself: the message ends `failed`, not `undelivered`.
    private static let neverLeaves: Set = [
        30001, 30002, 30010, 30018, 30020, 30021, 30032, 30033, 30034, 30035, 30036, 30037, 30040,
        30041, 30042, 30044, 30047,
    ]
}

/// How an accepted message ends.
enum Outcome: Codable, Hashable, Sendable {
    case delivered
    /// The carrier gives no receipt.
    case sentOnly
    /// A receipt says that it did not arrive.
    case undelivered(code: Int)
    /// It never left the provider.
    case failed(code: Int)

    /// nil when all went well.
    var errorCode: Int? {
        switch self {
        case .delivered, .sentOnly: nil
        case .undelivered(let code), .failed(let code): code
        }
    }
}
