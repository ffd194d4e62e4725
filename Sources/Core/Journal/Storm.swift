package import CoreSystem

// An alert storm, folded: beyond so many alerts a recipient hears of the others only how many they were.
//
//     in the bucket ──▶ sent as usual, and tells of all that was folded and not told yet
//     beyond it, and nobody waits to tell ──▶ deferred: the *carrier*, which the MTA's queue keeps
//     beyond it, and a carrier waits ──▶ folded: counted durably, 250
//
// The MTA's queue is the only scheduler there is: the carrier's retry is what brings the count, if no
// later alert that found room has brought it before. So an alert is folded only while some MTA is known
// to hold a carrier that it was told to keep. A carrier that has not come back for `patience` (deleted,
// expired, its host gone) is no longer believed in: the next alert that finds no room becomes one
// itself, and the next that finds room tells. Of two carriers that come back, the one that finds no
// room while the other is believed in is folded in its turn.
//
// Each count is in one place at a time: in the table `storm`, or, as `told`, in the row of the SMS that
// tells of it. It moves with the claim, in one transaction, and moves back with a release or a refusal.
// An uncertain SMS keeps its count: if it has to be sent again, it says the same number.

/// How the alerts of one recipient are folded, and how one alert tells of the others.
package struct StormRule: Sendable {
    /// One alert, from the recipient's bucket.
    let bucket: QuotaCharge
    /// This alert as it tells of so many others. Nil: it cannot, and is sent without.
    let telling: @Sendable (_ count: Int) -> Telling?

    /// The first part of an alert that tells of others.
    package struct Telling: Sendable {
        let text: TextDigest
        let partCount: Int
        let segments: Int
        let charges: [QuotaCharge]

        package init(body: String, partCount: Int, segments: Int, charges: [QuotaCharge]) {
            text = TextDigest(of: body)
            self.partCount = partCount
            self.segments = segments
            self.charges = charges
        }
    }

    package init(bucket: QuotaCharge, telling: @escaping @Sendable (_ count: Int) -> Telling?) {
        self.bucket = bucket
        self.telling = telling
    }
}

/// What is folded of one recipient's alerts and not told yet: one row.
package struct Storm: Hashable, Sendable {
    /// E.164.
    package let number: String
    /// The alert that waits in an MTA's queue to tell. Nil: none is known.
    package var carrier: IdempotencyKey?
    /// When the carrier was deferred last.
    package var seen: WallTime
    package var folded: Int
    /// When the first of them was folded.
    package var since: WallTime

    /// How long a carrier is believed in. Longer than MTAs wait at first (5 to 15 minutes); one that
    /// is taken for lost too early is no harm: it tells of others, or is folded itself.
    package static let patience: Duration = .seconds(1800)

    /// Whether another alert than `key` is expected to come back and tell.
    func hasCarrier(besides key: IdempotencyKey, _ now: WallTime) -> Bool {
        carrier.map { $0 != key } ?? false && isAwaited(now)
    }

    package func isAwaited(_ now: WallTime) -> Bool {
        carrier != nil && now < seen + Self.patience
    }
}

extension ClaimRequest {
    /// The same alert, telling of others.
    func telling(_ telling: StormRule.Telling) -> Self {
        var request = self
        request.plainText = text
        request.text = telling.text
        request.partCount = telling.partCount
        request.segments = telling.segments
        request.charges = telling.charges
        return request
    }
}
