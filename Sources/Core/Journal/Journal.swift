package import CoreSystem

/// The record of what was sent, which makes each alert leave once although the MTA retries.
///
/// A delivery of one SMS is: `claim`, then what the answer says, then `settle` or `resolve`. All
/// take effect together or not at all, in all processes that share the journal, and are durable
/// when they return. An error means that the journal cannot answer: send nothing, reply 451 4.3.0.
///
/// The rules are in `Transition.swift`. The methods are `async` for `GroupCommitJournal`, whose
/// work is done on another thread; `DirectJournal` works in the calling thread and never suspends.
package protocol Journal: Sendable {
    /// Asks to send one SMS.
    func claim(_ request: ClaimRequest) async throws(JournalError) -> ClaimAnswer

    /// Tells what became of a claim. Each claim is settled once, whatever happened.
    ///
    /// When it throws after the provider accepted, the SMS is sent all the same: say 250. The claim
    /// counts as uncertain from then on, and a retry finds the message at the provider.
    func settle(_ claim: Claim, _ settlement: Settlement) async throws(JournalError)

    /// Tells what the provider said about an uncertain send, and asks what to do now.
    func resolve(
        _ uncertain: UncertainClaim, _ finding: Finding
    ) async throws(JournalError) -> ClaimAnswer

    /// Takes from all limits, or from none and says which had too little. Nil: taken.
    func reserve(_ charges: [QuotaCharge]) async throws(JournalError) -> QuotaExceeded?

    /// Gives back what `reserve` took.
    func refund(_ charges: [QuotaCharge]) async throws(JournalError)

    /// Whether a person behind this number has told the provider to stop messages of this sender.
    func isOptedOut(sender: String, to number: String) async throws(JournalError) -> Bool

    /// Runs `body` with the journal's tables, in one transaction: the operator's queries.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Ledger) throws(JournalError) -> Value
    ) async throws(JournalError) -> Value

    /// Finishes what is under way and closes. Everything after it throws.
    func close() async
}

/// What to do with one SMS.
package enum ClaimAnswer: Sendable {
    /// It is ours alone, durably: send it now, then settle.
    case send(Claim)
    /// It was sent: say 250, send nothing.
    case accepted(Acceptance, segments: Int, told: Int)
    /// It was refused for good: say so again, ask nothing.
    case refused(Refusal)
    /// It may have been sent: ask the provider, then resolve.
    case reconcile(UncertainClaim)
    /// Another process has it, or it is too early to be sure: say 451.
    case busy(Busy)
    /// It may have been sent, the provider cannot be asked, and `on_uncertain` is `hold`: say 451.
    case held(reason: String)
    /// The same text went to the same number a moment ago, as this SID: say 250, send nothing.
    case suppressed(by: String)
    /// Its recipient has had enough alerts for now, a later SMS says how many more there were: say 250.
    case folded
    /// The person behind the number has told the provider to stop: say 550.
    case optedOut(since: WallTime)
    /// A limit has too little left; nothing was taken from any.
    case exceeded(QuotaExceeded)
}

/// Why an SMS has to wait.
package enum Busy: Hashable, Sendable, CustomStringConvertible {
    /// Somebody is sending it, or asking about it.
    case heldBy(host: String, process: Int32)
    /// The provider does not list it, but has not had the settle time to do so.
    case notYetBelieved(wait: Duration)
    /// The provider could not be asked just now, or other sends of the same text confuse it.
    case unresolved(reason: String)
    /// The same text to the same number is being sent, and `[dedup]` waits for its outcome.
    case sameTextInFlight

    package var description: String {
        switch self {
        case .heldBy(let host, let process): "process \(process) on \(host) is sending it"
        case .notYetBelieved(let wait):
            "an earlier request got no reply; waiting \(wait.milliseconds / 1000 + 1) s "
                + "before it counts as not sent"
        case .unresolved(let reason): "an earlier request got no reply, and \(reason)"
        case .sameTextInFlight: "the same text to the same number is being sent"
        }
    }
}

/// The right to send one SMS, held by this process until it is settled.
package struct Claim: Sendable {
    let entry: Entry
    let charges: [QuotaCharge]
    /// Sent although the person had opted out some time ago: an acceptance ends that.
    let asksOptOut: Bool
    /// On `Clock.elapsed`: a request that has not left by then must not leave any more, because
    /// the lease may end before its response. Settle as `released` instead.
    package let startBefore: Duration

    package var key: IdempotencyKey { entry.key }
    /// How many folded alerts this SMS has to tell of: its text must say so.
    package var told: Int { entry.told }
}

/// An SMS that may have been sent, held by this process while it asks the provider.
package struct UncertainClaim: Sendable {
    let entry: Entry
    /// SIDs to this number that the journal has for other SMS.
    let heldSIDs: Set<String>

    /// When each other send of the same text to the same number, under way just now, was claimed:
    /// its own response may still come and name a SID that looks like ours.
    let rivals: [WallTime]

    package var key: IdempotencyKey { entry.key }
    package var to: String { entry.to }
    package var reason: String {
        if case .uncertain(let doubt, _) = entry.state { doubt.reason } else { "" }
    }
}

/// What became of a claim.
package enum Settlement: Hashable, Sendable {
    /// A response with a SID. `segments` when the provider counted.
    case accepted(sid: String, segments: Int?)
    /// A response that says no for good.
    case refused(Refusal)
    /// It certainly never reached the provider, or the provider certainly did nothing.
    case released
    /// Anything else.
    case uncertain(reason: String)
}

/// What the provider said about an uncertain send.
package enum Finding: Hashable, Sendable {
    /// `createdBefore`: the latest it can have been created, by our clock.
    case found(sid: String, createdBefore: WallTime = WallTime(milliseconds: .max))
    /// Nothing in the list can be it.
    case absent
    /// The provider will not say, today or tomorrow: a key that may not list, test credentials.
    case forbidden(reason: String)
    /// It could not be asked, or its answer is not clear yet: try later.
    case unclear(reason: String)
}
