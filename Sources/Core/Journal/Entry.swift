package import CoreSystem

/// What the journal knows of one SMS: one row.
package struct Entry: Hashable, Sendable {
    package let key: IdempotencyKey
    package var state: State
    /// Counts the holds this row has had. A process that comes back late with an outcome, after
    /// another took its claim over, is known by an old turn.
    package var turn: Int
    /// When it was first claimed: nothing that the provider created before can be this SMS.
    package let firstClaimed: WallTime
    /// When the last request for it was allowed to leave.
    package var claimed: WallTime
    /// When the state changed last.
    package var changed: WallTime
    /// E.164.
    package let to: String
    package let sender: String
    package let text: TextDigest
    /// Without what tells of folded alerts, where it does. 64 hexadecimal digits.
    package var plainText: String?
    package let partIndex: Int
    package let partCount: Int
    package var segments: Int
    /// Folded alerts that this SMS tells of.
    package var told = 0
    package let origin: ClaimRequest.Origin

    /// Where the SMS stands. No row at all: nobody has tried, or nothing reached the provider.
    package enum State: Hashable, Sendable {
        /// A request has left, or is about to.
        case claimed(Hold)
        /// A request may have been carried out. `asking` is who asks the provider just now.
        case uncertain(Doubt, asking: Hold?)
        case accepted(Acceptance)
        case refused(Refusal)
        /// The same text to the same number was sent shortly before, as this SID.
        case suppressed(by: String)
        /// One alert too many for its recipient: a later SMS tells how many there were.
        case folded
    }

    /// Who has the row, and until when others must leave it alone.
    package struct Hold: Hashable, Sendable {
        package let owner: Owner
        /// Before it the owner has finished or given up, wherever it runs.
        package let leaseEnds: WallTime
    }

    /// Why nobody knows what became of a request.
    package struct Doubt: Hashable, Sendable {
        /// From then on no octet of the request was on its way from us.
        package let lost: WallTime
        /// For the operator: `no reply: time-out`.
        package let reason: String
    }
}

/// The provider has it.
package struct Acceptance: Hashable, Sendable {
    package let sid: String
    /// Found in the provider's list instead of in a response.
    package let wasFound: Bool
}

/// The provider does not want it, ever.
package struct Refusal: Hashable, Sendable {
    /// The provider's own code; nil when it gave none.
    package let code: Int?
    package let httpStatus: Int
    /// The provider's own words, or ours, as they went into the reply.
    package let text: String
    /// The person behind the number told the provider to stop. Remembered for later messages too.
    package let isOptOut: Bool

    package init(code: Int?, httpStatus: Int, text: String, isOptOut: Bool = false) {
        self.code = code
        self.httpStatus = httpStatus
        self.text = text
        self.isOptOut = isOptOut
    }
}

extension Entry {
    /// The name of a state in the journal's column and in `smsmda list --status`.
    package enum StateName: String, CaseIterable, Sendable {
        case claimed, uncertain, accepted, refused, suppressed, folded
    }

    package var stateName: StateName {
        switch state {
        case .claimed: .claimed
        case .uncertain: .uncertain
        case .accepted: .accepted
        case .refused: .refused
        case .suppressed: .suppressed
        case .folded: .folded
        }
    }

    /// Who has the row now, if anybody.
    package var hold: Hold? {
        switch state {
        case .claimed(let hold): hold
        case .uncertain(_, let asking): asking
        case .accepted, .refused, .suppressed, .folded: nil
        }
    }
}
