/// The kind of line a number belongs to by its country's numbering plan, as libphonenumber tells.
///
/// Policy uses it to keep SMS from numbers that cost extra. It is a plan's word, not a test: a
/// ported or a new number may differ.
package enum NumberKind: Int32, CaseIterable, Sendable {
    // The numbers are libphonenumber's PhoneNumberType.
    case fixed = 0
    case mobile = 1
    /// The plan does not tell the two apart, as in the United States.
    case fixedOrMobile = 2
    case tollFree = 3
    case premium = 4
    case sharedCost = 5
    case voip = 6
    case personal = 7
    case pager = 8
    /// A company's number for all its offices.
    case universal = 9
    case voicemail = 10
    /// No pattern of the plan fits: a new range, or a number that is possible but not valid.
    case unknown = 11

    /// Whether an SMS to it may cost more than an ordinary one.
    package var costsExtra: Bool {
        switch self {
        case .premium, .sharedCost: true
        case .fixed, .mobile, .fixedOrMobile, .tollFree, .voip, .personal, .pager, .universal,
            .voicemail, .unknown:
            false
        }
    }
}
