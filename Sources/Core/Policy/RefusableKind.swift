internal import CoreAddress

/// Kinds of numbers that an operator may not want to pay for.
package enum RefusableKind: String, CaseIterable, Sendable {
    case premium
    case sharedCost = "shared-cost"
    case tollFree = "toll-free"
    case fixed
    case mobile
    case voip
    case personal
    case pager
    case universal
    case voicemail
    /// No range of the country's plan has it.
    case unknown

    /// What is refused where nobody says otherwise: numbers that bill the caller extra.
    package static let standard: Set<Self> = [.premium, .sharedCost]

    /// What a number of this kind may be; it is refused when all of these are.
    static func of(_ kind: NumberKind) -> Set<Self> {
        switch kind {
        case .fixed: [.fixed]
        case .mobile: [.mobile]
        case .fixedOrMobile: [.fixed, .mobile]
        case .tollFree: [.tollFree]
        case .premium: [.premium]
        case .sharedCost: [.sharedCost]
        case .voip: [.voip]
        case .personal: [.personal]
        case .pager: [.pager]
        case .universal: [.universal]
        case .voicemail: [.voicemail]
        case .unknown: [.unknown]
        }
    }

    /// Whether a number could be one of these kinds, by its first digits: a cheap look that spares
    /// most messages the library's 9 ms.
    static func isPossible(_ kinds: Set<Self>, for number: PhoneNumber) -> Bool {
        if kinds.isEmpty { return false }
        return kinds.isSubset(of: standard) ? CostlyPrefix.mayBegin(number) : true
    }
}
