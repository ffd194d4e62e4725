package import CoreAddress

/// One SMS that somebody wants to send, before anything is known about it.
package struct ClaimRequest: Sendable {
    package let key: IdempotencyKey
    package let to: PhoneNumber
    /// As in the request to the provider: a number, a name or a service's SID.
    package let sender: String
    /// What is compared with the provider's list; the text itself is not kept.
    package var text: TextDigest
    /// The text alone, where `text` tells of folded alerts besides: what `[dedup]` compares.
    package var plainText: TextDigest?
    /// From 0.
    package var partIndex = 0
    package var partCount = 1
    /// Our own count for this part.
    package var segments = 1
    package var origin = Origin()
    /// How long the same text to the same number counts as said already; nil: never.
    package var dedupWindow: Duration?
    /// What is taken from the quotas when this is sent, and given back when it is not. Put the
    /// whole message's segments on part 0 and none on the others: parts are sent all or not at all.
    package var charges: [QuotaCharge] = []
    /// Nil: this part is not folded, however many alerts there are.
    package var storm: StormRule?

    package init(key: IdempotencyKey, to: PhoneNumber, sender: String, body: String) {
        self.key = key
        self.to = to
        self.sender = sender
        text = TextDigest(of: body)
    }

    /// Where it came from, for the operator. Empty or nil where the mail system did not say.
    package struct Origin: Hashable, Sendable {
        /// The forward-path.
        package var recipient: String
        package var reversePath: String
        /// The MTA's.
        package var queueID: String?
        /// Without angle brackets.
        package var messageID: String?
        package var route: String?
        /// The SID of the provider's account that it was sent with.
        package var account: String?

        package init(
            recipient: String = "", reversePath: String = "", queueID: String? = nil,
            messageID: String? = nil, route: String? = nil, account: String? = nil
        ) {
            self.recipient = recipient
            self.reversePath = reversePath
            self.queueID = queueID
            self.messageID = messageID
            self.route = route
            self.account = account
        }
    }
}
