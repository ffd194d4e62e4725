internal import CLinux
package import CoreTwilio

/// Why a recipient did not get the message, in this domain's words.
///
/// `status` is the one table that decides what the mail system hears. Ours to mend, and everything
/// unknown, is transient: the mail waits. The recipient's or the content's fault is permanent.
package enum Failure: Error, Hashable, Sendable, CaseIterable {
    // The message.
    case messageTooLarge
    case nothingToSend
    case tooManySegments
    case contentRefused
    case contentFiltered
    case automaticMessageRefused
    case expired
    // The recipient.
    case notAPhoneNumber
    case recipientUnreachable
    case noRoute
    case recipientOptedOut
    case regionNotServed
    // The sender.
    case senderNotAllowed
    case authenticationUnknown
    case rateExceeded
    case capExceeded
    case capReached
    case quietHours
    /// The operator's own policy service says so, or does not answer.
    case policyDefers
    // The provider.
    case providerBusy
    case providerUnreachable
    case providerFailed
    case providerBlocks
    case providerRefused
    case deliveryUncertain
    case deliveryInProgress
    // Ours to mend.
    case credentialsRefused
    case accountNotActive
    case configuration
    case journal
    case system

    package var status: Status {
        switch self {
        case .messageTooLarge: .permanent(552, 3, 4, exit: EX_DATAERR)  // RFC 1870 §6.1
        case .nothingToSend: .permanent(554, 6, 1, exit: EX_DATAERR)
        case .tooManySegments: .permanent(552, 3, 4, exit: EX_DATAERR)
        case .contentRefused: .permanent(554, 6, 0, exit: EX_DATAERR)
        case .contentFiltered: .permanent(550, 7, 1, exit: EX_NOPERM)
        case .automaticMessageRefused: .permanent(550, 7, 1, exit: EX_NOPERM)
        case .expired: .permanent(554, 4, 7, exit: EX_UNAVAILABLE)

        case .notAPhoneNumber: .permanent(553, 1, 3, exit: EX_NOUSER)
        case .recipientUnreachable: .permanent(550, 1, 1, exit: EX_NOUSER)
        case .noRoute: .permanent(550, 4, 4, exit: EX_UNAVAILABLE)
        case .recipientOptedOut: .permanent(550, 7, 1, exit: EX_NOPERM)
        case .regionNotServed: .permanent(550, 7, 1, exit: EX_NOPERM)

        case .senderNotAllowed: .permanent(550, 7, 1, exit: EX_NOPERM)
        case .authenticationUnknown: .transient(451, 7, 0)
        case .rateExceeded: .transient(451, 7, 0)
        case .capExceeded: .permanent(550, 7, 1, exit: EX_NOPERM)
        case .capReached: .transient(452, 7, 0)
        case .quietHours: .transient(451, 7, 0)
        case .policyDefers: .transient(451, 7, 0)

        case .providerBusy: .transient(451, 4, 5)
        case .providerUnreachable: .transient(451, 4, 1)
        case .providerFailed: .transient(451, 3, 0)
        case .providerBlocks: .transient(451, 7, 1)
        case .providerRefused: .permanent(554, 0, 0, exit: EX_UNAVAILABLE)
        case .deliveryUncertain: .transient(451, 4, 2)
        case .deliveryInProgress: .transient(451, 4, 2)

        case .credentialsRefused: .transient(451, 3, 5)
        case .accountNotActive: .transient(451, 3, 5)
        case .configuration: .transient(451, 3, 5)
        case .journal: .transient(451, 3, 0)
        case .system: .transient(451, 3, 0)
        }
    }

    /// What a provider's verdict is to the mail.
    package init(_ verdict: ProviderCode.Verdict) {
        switch verdict {
        case .notAPhoneNumber: self = .notAPhoneNumber
        case .unreachable: self = .recipientUnreachable
        case .noRoute: self = .noRoute
        case .optedOut: self = .recipientOptedOut
        case .notPermitted: self = .regionNotServed
        case .filtered: self = .contentFiltered
        case .contentRefused: self = .contentRefused
        case .tooLarge: self = .messageTooLarge
        case .expired: self = .expired
        case .credentials: self = .credentialsRefused
        case .account: self = .accountNotActive
        case .configuration: self = .configuration
        case .busy: self = .providerBusy
        case .failed: self = .providerFailed
        case .blockedForNow: self = .providerBlocks
        case .uncertain: self = .deliveryUncertain
        case .unknown: self = .providerRefused
        }
    }
}
