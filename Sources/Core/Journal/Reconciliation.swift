package import CoreSystem

/// One message as the provider lists it.
package struct ProviderMessage: Hashable, Sendable {
    package let sid: String
    package let from: String?
    package let serviceSID: String?
    /// Empty when the account redacts bodies.
    package let body: String
    /// By the provider's clock, whole seconds; nil when it is not said or cannot be read.
    package let created: WallTime?
    /// `outbound-api` for ours.
    package let direction: String

    package init(
        sid: String, from: String?, serviceSID: String?, body: String, created: WallTime?,
        direction: String
    ) {
        self.sid = sid
        self.from = from
        self.serviceSID = serviceSID
        self.body = body
        self.created = created
        self.direction = direction
    }
}

/// Looks for one uncertain SMS in the provider's list of messages to its number.
///
/// In: the pages of the list, as they come. Out: found, absent, or why nobody can tell. Pure. A
/// message is ours if it has our text, our sender, a time after our first claim, and a SID that the
/// journal holds for no other SMS. Which of several it is does not matter to the person with the
/// phone, only how many: with two uncertain sends of one text and one message in the list, the first
/// to ask takes it and the other is sent. The *oldest* that fits is taken, so that a later send finds
/// what only it can have caused.
///
/// What the provider changes in a text is seen through as `TextDigest` and `trialPrefix` describe.
/// A body it has deleted (redaction) cannot be compared: then nobody can tell. It does not know
/// messages that another program on the same account sent with the same text, sender and time.
package struct Reconciliation: Sendable {
    package enum Verdict: Hashable, Sendable {
        /// Ask for the next page.
        case more
        case finding(Finding)
    }

    private let uncertain: UncertainClaim
    private var exact: [ProviderMessage] = []
    private var loose: [ProviderMessage] = []
    private var redacted = 0
    private var pageCount = 0
    private var messageCount = 0
    /// Of the last message seen; the list is newest first as long as it never rises.
    private var lastCreated: WallTime?
    private var isNewestFirst = true
    /// The provider's clock less ours.
    private var offset: Duration = .zero
    private var margin = Self.unknownClockMargin

    package init(_ uncertain: UncertainClaim) { self.uncertain = uncertain }

    /// Takes one page.
    ///
    /// - Parameter clocks: the provider's time (the Date field of its response) and ours when it
    ///   came; nil when there was none.
    package mutating func receive(
        _ page: [ProviderMessage], isLast: Bool, clocks: (provider: WallTime, ours: WallTime)? = nil
    ) -> Verdict {
        if let clocks {
            offset = clocks.provider - clocks.ours
            margin = Self.knownClockMargin
        }
        pageCount += 1
        messageCount += page.count
        for message in page { take(message) }
        if isLast || isPastClaim { return .finding(finding) }
        if pageCount >= Self.mostPages || messageCount >= Self.mostMessages {
            return .finding(
                .unclear(reason: "the provider lists too many messages to this number"))
        }
        return .more
    }

    /// How much a clock may differ when the provider did not tell its own.
    private static let unknownClockMargin: Duration = .seconds(120)
    /// Whole seconds, and the way there.
    private static let knownClockMargin: Duration = .seconds(5)
    /// Nobody's phone gets so many between a claim and its retry.
    private static let mostMessages = 10_000
    /// Of a provider that gives fewer at a time than it was asked for.
    private static let mostPages = 200

    // MARK: One message

    private mutating func take(_ message: ProviderMessage) {
        if let created = message.created {
            if let lastCreated, created > lastCreated { isNewestFirst = false }
            lastCreated = created
        }
        guard message.direction.hasPrefix("outbound"),
            message.from == uncertain.entry.sender
                || message.serviceSID == uncertain.entry.sender,
            !uncertain.heldSIDs.contains(message.sid),
            // Without a time only text and sender speak for it, and nothing against it.
            (time(message) ?? earliest) >= earliest
        else { return }
        if message.body.isEmpty {
            redacted += 1
            return
        }
        let want = uncertain.entry.text
        let digests = Self.readings(of: message.body).map { TextDigest(of: $0) }
        if digests.contains(where: { $0.exact == want.exact }) {
            exact.append(message)
        } else if digests.contains(where: { $0.loose == want.loose }) {
            loose.append(message)
        }
    }

    /// By our clock.
    private func time(_ message: ProviderMessage) -> WallTime? {
        message.created.map { $0 + (.zero - offset) }
    }

    private var earliest: WallTime { uncertain.entry.firstClaimed + (.zero - margin) }

    /// All that follows is older than our claim.
    private var isPastClaim: Bool {
        guard isNewestFirst, let lastCreated else { return false }
        return lastCreated + (.zero - offset) < earliest
    }

    /// The text as it stands, and without what a trial account puts in front.
    private static func readings(of body: String) -> [String] {
        guard body.hasPrefix(trialPrefix) else { return [body] }
        return [body, String(body.dropFirst(trialPrefix.count))]
    }

    /// What trial accounts have had in front of each text.
    private static let trialPrefix = "Sent from your Twilio trial account - "

    // MARK: All of them

    private var finding: Finding {
        let candidates = exact.isEmpty ? loose : exact
        // A rival under way will hear its own SID in a moment: what may be its own is not touched.
        let free = candidates.filter { message in
            uncertain.rivals.allSatisfy { latest(message) < $0 }
        }
        if let oldest = free.min(by: { (time($0) ?? earliest) < (time($1) ?? earliest) }) {
            return .found(sid: oldest.sid, createdBefore: latest(oldest))
        }
        if !candidates.isEmpty {
            return .unclear(reason: "the same text is being sent to this number just now")
        }
        if redacted > 0 {
            return .forbidden(
                reason: "the provider has deleted the bodies of \(redacted) messages to compare")
        }
        return .absent
    }

    /// The latest that a message can have been created, by our clock.
    private func latest(_ message: ProviderMessage) -> WallTime {
        time(message).map { $0 + margin } ?? WallTime(milliseconds: .max)
    }
}
