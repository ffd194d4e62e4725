package import CoreAddress
internal import CoreJournal

/// Who may send to whom, when, and from whose budget: the operator's rules as one pure decision.
///
/// In: `[policy]`, `[[sender]]` and `[[limit]]` of the configuration, and a question about one
/// number. Out: a refusal with the words that the sender reads, or the charges that the journal
/// has to take in one step with its claim. Nothing is counted here, so the same question may be
/// asked at RCPT and again at the end of DATA. The number's kind is the only thing looked up, and
/// only where a rule depends on it: that may load libphonenumber.
package struct Policy: Hashable, Sendable {
    /// The first that matches decides. Empty: everyone may send.
    package var senders: [SenderRule] = []
    package var limits: [Limit] = []
    /// Calling codes with the `+`, perhaps with more digits. Nil: all.
    package var countries: [String]?
    package var refusedKinds = RefusableKind.standard
    /// Empty: always.
    package var hours: [TimeWindow] = []
    /// How many alerts a number gets before further ones are folded. Nil: none ever is.
    package var storm: Rate?

    package init() {}

    /// One message to one number, as far as it is known yet.
    package struct Question: Sendable {
        package var sender: Sender
        /// Nil before the header has been read: what depends on it is not asked.
        package var authentication: AuthenticationResults?
        /// The local part as it was written, without an option; what `to` may name.
        package var recipientName: String
        package var number: PhoneNumber
        /// The option behind the `+` is configured as urgent.
        package var isUrgent = false
        /// Of the whole message, all parts. 1 where the text is not known yet.
        package var segments = 1
        package var time: LocalTime

        package init(sender: Sender, recipientName: String, number: PhoneNumber, time: LocalTime) {
            self.sender = sender
            self.recipientName = recipientName
            self.number = number
            self.time = time
        }
    }

    package enum Verdict: Hashable, Sendable {
        /// If the charges can be taken. Empty where no limit applies.
        case allow(Allowance)
        case refuse(PolicyRefusal)
    }

    /// Whether more may come to light about this sender that changes a decision: a login in the
    /// header, or, where an MTA only asks whether a recipient exists, any sender at all.
    package func awaitsMore(about sender: Sender) -> Bool {
        if senders.isEmpty { return false }
        if sender.reversePath.isEmpty { return true }
        return sender.saslUser == nil
            && senders.contains { $0.match.contains(where: \.dependsOnLogin) }
    }

    package func decide(
        _ question: Question,
        kindOf: (PhoneNumber) throws(NumberError) -> NumberKind = NumberReader.kind
    ) -> Verdict {
        do throws(PolicyRefusal) {
            let rule = try rule(for: question.sender)
            try checkAuthentication(question, rule)
            try checkRecipient(question, rule)
            try checkKind(question, rule, kindOf)
            try checkHours(question, rule)
            var allowance = try Allowance(question, rule, limits)
            if let storm, !question.isUrgent { allowance.fold(beyond: storm, question.number) }
            return .allow(allowance)
        } catch {
            return .refuse(error)
        }
    }

    /// Nil: there are no rules.
    private func rule(for sender: Sender) throws(PolicyRefusal) -> SenderRule? {
        if senders.isEmpty { return nil }
        guard let rule = senders.first(where: { $0.matches(sender) }) else {
            throw PolicyRefusal(
                .senderNotAllowed, "sender may not send SMS here; ask this host's postmaster",
                detail: "no [[sender]] matches \(sender.logDescription)")
        }
        return rule
    }

    private func checkAuthentication(_ question: Question, _ rule: SenderRule?)
        throws(PolicyRefusal)
    {
        guard let method = rule?.requirement, let results = question.authentication else { return }
        switch results.verdict(method, of: question.sender.reversePath) {
        case .pass: return
        case .temporary:
            throw PolicyRefusal(
                .authenticationUnknown,
                "\(method.rawValue) of the sender could not be checked; the mail waits")
        case .passOfOther(let domain):
            throw PolicyRefusal(
                .notAuthenticated,
                "sender not proven: \(method.rawValue) is pass for"
                    + " \(domain.map(Self.word) ?? "a domain it does not name"), not for the"
                    + " envelope sender's")
        case .passInDisguise(let disguise):
            throw PolicyRefusal(
                .notAuthenticated,
                "sender not proven: \(method.rawValue) is pass, but \(disguise.reason)")
        case .fail(let result):
            throw PolicyRefusal(
                .notAuthenticated,
                "sender not proven: \(method.rawValue) is \(result.map(Self.word) ?? "missing"),"
                    + " pass is needed")
        }
    }

    private func checkRecipient(_ question: Question, _ rule: SenderRule?) throws(PolicyRefusal) {
        let number = question.number
        if let patterns = rule?.to,
            !patterns.contains(where: {
                $0.matches(e164: number.e164, name: question.recipientName)
            })
        {
            throw PolicyRefusal(
                .recipientNotAllowed, "sender may not send SMS to this recipient",
                detail: "rule \(rule?.label ?? "") does not list it")
        }
        guard let codes = rule?.countries ?? countries else { return }
        guard codes.contains(where: { number.e164.hasPrefix($0) }) else {
            throw PolicyRefusal(
                .countryNotServed, "no SMS to +\(number.callingCode ?? "?") numbers from here")
        }
    }

    private func checkKind(
        _ question: Question, _ rule: SenderRule?,
        _ kindOf: (PhoneNumber) throws(NumberError) -> NumberKind
    ) throws(PolicyRefusal) {
        let refused = rule?.refusedKinds ?? refusedKinds
        guard RefusableKind.isPossible(refused, for: question.number) else { return }
        let kinds: Set<RefusableKind>
        do throws(NumberError) {
            kinds = RefusableKind.of(try kindOf(question.number))
        } catch {
            throw PolicyRefusal(
                .system, "the kind of number cannot be told just now; the mail waits",
                detail: "\(error)")
        }
        guard kinds.isSubset(of: refused) else { return }
        let name = kinds.map(\.rawValue).sorted().joined(separator: " or ")
        throw PolicyRefusal(.kindNotServed, "no SMS to \(name) numbers from here")
    }

    private func checkHours(_ question: Question, _ rule: SenderRule?) throws(PolicyRefusal) {
        let own = rule?.hours ?? []
        let windows = own.isEmpty ? hours : own
        if windows.isEmpty || question.isUrgent { return }
        let (weekday, minute) = (question.time.weekday, question.time.minute)
        guard windows.contains(where: { $0.contains(weekday: weekday, minute: minute) }) else {
            throw PolicyRefusal(
                .quietHours, "outside of the hours for SMS; the mail waits until they begin")
        }
    }

    /// An outsider's word, short and plain enough for a reply.
    private static func word(_ text: String) -> String {
        String(
            text.unicodeScalars.filter { (33...126).contains($0.value) }.prefix(20).map(
                Character.init))
    }
}

extension Sender {
    /// Who it is to a counter: the login where there is one, since anyone can write a reverse-path.
    var identity: String { saslUser.map { "sasl:\($0)" } ?? "<\(reversePath.lowercased())>" }

    fileprivate var logDescription: String {
        [
            "<\(reversePath)>", saslUser.map { "sasl:\($0)" }, clientAddress.map { "ip:\($0)" },
        ].compactMap(\.self).joined(separator: " ")
    }
}
