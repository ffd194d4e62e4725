/// Why a message is not sent, or not yet, by the operator's own rules.
package struct PolicyRefusal: Error, Hashable, Sendable {
    package let kind: Kind
    /// For the reply: short, no secret, no whole number, nothing an outsider wrote.
    package let text: String
    /// For the log alone. Empty: the text says it all.
    package let detail: String

    package enum Kind: Hashable, Sendable, CaseIterable {
        case senderNotAllowed
        case recipientNotAllowed
        case countryNotServed
        case kindNotServed
        case notAuthenticated
        /// Transient: the MTA could not find out.
        case authenticationUnknown
        /// Transient: hours begin again.
        case quietHours
        /// Transient: a bucket fills up again.
        case overRate
        /// Transient: the day or month ends.
        case capReached
        /// Permanent: the operator wants it to bounce, or the message alone is more than the cap.
        case capExceeded
        /// Transient: ours to mend.
        case system
    }

    package init(_ kind: Kind, _ text: String, detail: String = "") {
        self.kind = kind
        self.text = text
        self.detail = detail
    }
}
