internal import CoreAddress
internal import CoreSystem

// Sent once: the states of one SMS, every way from one to the other, and why dying on any line of it
// neither loses an alert nor sends it twice.
//
//     (none) ──claim, durable before the request──▶ claimed ──response with a SID──▶ accepted(SID)
//                                                      ├──permanent refusal───────▶ refused
//                                                      ├──never reached Twilio, 429▶ (none)
//                                                      └──anything else, or we died▶ uncertain
//     uncertain ──somebody retries, and takes it over to ask──▶ uncertain, asking
//     uncertain, asking ──listed──▶ accepted(SID)
//                       ├──absent, and the settle time is over──▶ claimed
//                       └──cannot ask, too early──▶ uncertain
//
//     (none) ──too many alerts for the number──▶ folded, and counted; see Storm.swift
//
// An MTA that gets no final reply retries; that is all this rests on. Each arrow is one transaction,
// durable when the function that made it returns. So the process can only die *between* arrows, or
// inside a transaction, which then has not happened. The lines, by the names in `CrashPoint`:
//
// claim-written    The transaction dies with us. No row, no request: the retry starts afresh.
// claim-durable    A row `claimed`, no request. The retry cannot know that: it sees a dead owner,
//                  takes the row for uncertain, asks Twilio, finds nothing, waits for the settle
//                  time and sends. Once, late by one retry at most. Had we sent first and recorded
//                  after, the same death would send twice.
// (request leaves) As before, but Twilio has it or not. The list says which.
// response-read    Twilio has it, we knew the SID and forgot. The retry finds it in the list and
//                  says 250. Nothing is sent.
// outcome-written  The same: the transaction dies with us.
// outcome-durable  The row says accepted or refused, the MTA has not heard. The retry reads the row
//                  and says it again.
// asking-written   Still uncertain, nobody asking. The retry asks.
// asking-durable   Uncertain, asked by a dead owner: nothing was sent. The retry takes it over.
// finding-known    The same: what Twilio said is asked again.
// finding-written  The same: the transaction dies with us.
// finding-durable  Listed: accepted, the retry says 250. Absent: `claimed` again and no request yet,
//                  which is claim-durable.
// fold-written     The transaction dies with us: not folded and not counted. The retry decides anew.
// fold-durable     Folded and counted, the MTA has not heard. The retry reads the row and says 250; it
//                  is not counted again.
//
// An SMS that tells of folded alerts took their number in its claim's own transaction, so all of the
// above holds for the number too: it is in the table `storm`, or in this SMS's row, never in both. Its
// release or refusal puts it back, in the transaction that deletes or changes the row.
//
// What "the owner died" means. On one host the kernel knows (`Owner`), at once. On another host, in
// another container, or if the kernel's word is not enough, the lease decides: an owner starts no
// request after a third of it (`Claim.startBefore`), and its request has a deadline no longer than
// another third, so at its end no octet is on its way. A lease also ends the claim of an owner that
// lives and lost track, because its settling failed on a full disk.
//
// What "absent" means. A request whose reply was lost at a time L may reach Twilio's list after L:
// Twilio works on a request for up to some 26 s and does not notice that nobody listens any more,
// and a dead process's kernel still sends what lay in its socket. So absence is believed only after
// L + settle time, which is more than that. For a dead owner L is not known; it is at latest
// the end of its request's deadline, two thirds into the lease, and at latest now.
//
// What is not covered: a clock that was hours wrong at the claim and right at the retry (times of the
// list then do not match), and a retry with another `from` (another key). Both are in docs/journal.md.

/// The rules' numbers.
package struct JournalRules: Hashable, Sendable {
    /// How long after a lost reply the provider's "not there" is not yet believed.
    package var settle: Duration = .seconds(45)
    /// How long a claim keeps others away when nobody can tell whether its owner lives. At least
    /// three times a request's own deadline.
    package var lease: Duration = .seconds(120)
    /// What to do when the provider will not say what became of a request.
    package var onUncertain: OnUncertain = .resend

    package enum OnUncertain: String, CaseIterable, Sendable {
        /// Send again after the settle time: perhaps twice, never not at all.
        case resend
        /// Keep it uncertain until an operator or the MTA's queue lifetime decides.
        case hold
    }

    package init() {}
}

/// Who decides, and when: what the pure functions below need to know of the world.
struct Circumstances {
    let me: Owner
    let now: WallTime
    let rules: JournalRules
    /// Whether an owner that is not this journal lives.
    let liveness: (Owner) -> Owner.Liveness
    /// Whether this journal has given the claim out and not got it back.
    let isInFlightHere: (IdempotencyKey) -> Bool

    /// A hold for us, from now.
    var hold: Entry.Hold { Entry.Hold(owner: me, leaseEnds: now + rules.lease) }

    /// What is to be thought of a row that somebody holds.
    func standing(of hold: Entry.Hold, key: IdempotencyKey) -> Standing {
        // The lease counts for us too: a claim that was never settled does not block for ever.
        if hold.owner == me {
            return isInFlightHere(key) && now < hold.leaseEnds ? .ours : .lost
        }
        switch liveness(hold.owner) {
        case .dead: return .lost
        case .alive, .unknown: return now < hold.leaseEnds ? .others : .lost
        }
    }

    enum Standing { case ours, others, lost }
}

/// What a retry meets.
enum Ruling {
    /// The entry, now held for asking, is to be written.
    case ask(Entry)
    case answer(ClaimAnswer)
    /// Another session of this very process has it: wait for its outcome.
    case wait
}

extension Entry {
    /// The first arrow: nobody has tried.
    static func claimed(_ request: ClaimRequest, _ world: Circumstances) -> Self {
        Entry(
            key: request.key, state: .claimed(world.hold), turn: 1, firstClaimed: world.now,
            claimed: world.now, changed: world.now, to: request.to.e164, sender: request.sender,
            text: request.text, plainText: request.plainText?.exact,
            partIndex: request.partIndex, partCount: request.partCount, segments: request.segments,
            origin: request.origin)
    }

    /// Instead of the first arrow: the same text has just gone to the same number.
    static func suppressed(_ request: ClaimRequest, by sid: String, _ world: Circumstances) -> Self
    {
        var entry = claimed(request, world)
        entry.state = .suppressed(by: sid)
        return entry
    }

    /// Instead of the first arrow: its recipient has had enough alerts for now.
    static func folded(_ request: ClaimRequest, _ world: Circumstances) -> Self {
        var entry = claimed(request, world)
        entry.state = .folded
        return entry
    }

    /// Somebody retries what is in the journal.
    func ruling(_ world: Circumstances) -> Ruling {
        switch state {
        case .accepted(let acceptance):
            return .answer(.accepted(acceptance, segments: segments, told: told))
        case .refused(let refusal): return .answer(.refused(refusal))
        case .suppressed(let sid): return .answer(.suppressed(by: sid))
        case .folded: return .answer(.folded)
        case .claimed(let hold):
            // The owner died, or lost track of it: no octet is on its way after `lost`.
            let third = Duration.milliseconds((hold.leaseEnds - claimed).milliseconds / 3)
            return take(
                hold, world,
                doubt: Doubt(
                    lost: min(world.now, claimed + third + third),
                    reason: "process \(hold.owner.process) on \(hold.owner.host) ended before it"
                        + " had recorded a reply"))
        case .uncertain(let doubt, let asking):
            return take(asking, world, doubt: doubt)
        }
    }

    private func take(_ hold: Hold?, _ world: Circumstances, doubt: Doubt) -> Ruling {
        switch hold.map({ ($0, world.standing(of: $0, key: key)) }) {
        case (_, .ours)?: return .wait
        case (let hold, .others)?:
            return .answer(
                .busy(.heldBy(host: hold.owner.host, process: hold.owner.process)))
        case (_, .lost)?, nil:
            var taken = self
            taken.state = .uncertain(doubt, asking: world.hold)
            taken.turn += 1
            taken.changed = world.now
            return .ask(taken)
        }
    }

    /// What `found`, `absent` and the rest make of an entry that we hold for asking.
    ///
    /// Nil when somebody has taken it over since: the caller starts again with a claim.
    func resolved(
        turn: Int, _ finding: Finding, _ world: Circumstances
    ) -> (entry: Entry, answer: Resolution)? {
        guard case .uncertain(let doubt, let asking?) = state, asking.owner == world.me,
            self.turn == turn
        else { return nil }
        var entry = self
        entry.changed = world.now
        let believed = doubt.lost + world.rules.settle
        switch finding {
        case .found(let sid, _):
            let acceptance = Acceptance(sid: sid, wasFound: true)
            entry.state = .accepted(acceptance)
            return (entry, .answer(.accepted(acceptance, segments: segments, told: told)))
        case .absent, .forbidden:
            if case .forbidden(let reason) = finding, world.rules.onUncertain == .hold {
                entry.state = .uncertain(doubt, asking: nil)
                return (entry, .answer(.held(reason: reason)))
            }
            guard world.now >= believed else {
                entry.state = .uncertain(doubt, asking: nil)
                return (entry, .answer(.busy(.notYetBelieved(wait: believed - world.now))))
            }
            entry.state = .claimed(world.hold)
            entry.turn += 1
            entry.claimed = world.now
            return (entry, .send)
        case .unclear(let reason):
            entry.state = .uncertain(doubt, asking: nil)
            return (entry, .answer(.busy(.unresolved(reason: reason))))
        }
    }

    enum Resolution {
        case send
        case answer(ClaimAnswer)
    }

    /// The outcome of a claim: the entry to write, or to delete when it was released.
    func settled(turn: Int, _ settlement: Settlement, _ world: Circumstances) -> Settling {
        var entry = self
        entry.changed = world.now
        guard self.turn == turn, case .claimed(let hold) = state, hold.owner == world.me else {
            return settledLate(settlement, entry)
        }
        switch settlement {
        case .accepted(let sid, let segments):
            entry.state = .accepted(Acceptance(sid: sid, wasFound: false))
            entry.segments = segments ?? self.segments
            return .write(entry)
        case .refused(let refusal):
            entry.state = .refused(refusal)
            entry.told = 0
            return .write(entry)
        case .released: return .delete
        case .uncertain(let reason):
            entry.state = .uncertain(Doubt(lost: world.now, reason: reason), asking: nil)
            return .write(entry)
        }
    }

    /// The lease ended and somebody took the claim over, and now its first owner reports. Only a SID
    /// is worth anything then: it proves what the other can merely look for.
    private func settledLate(_ settlement: Settlement, _ changed: Entry) -> Settling {
        guard case .accepted(let sid, let segments) = settlement else { return .nothing }
        var entry = changed
        switch state {
        case .uncertain, .refused, .suppressed, .folded:
            entry.state = .accepted(Acceptance(sid: sid, wasFound: false))
            entry.segments = segments ?? self.segments
            // A new turn: whoever asks just now gets no say any more.
            entry.turn += 1
            return .write(entry)
        case .accepted(let acceptance):
            return acceptance.sid == sid ? .nothing : .sentTwice(acceptance.sid)
        case .claimed: return .sentTwice("another request is on its way")
        }
    }

    enum Settling {
        case write(Entry)
        case delete
        case nothing
        /// The lease was too short for what happened. For the log.
        case sentTwice(String)
    }
}
