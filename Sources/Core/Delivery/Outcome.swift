package import CoreLMTP

/// What became of one recipient, and what the mail system hears of it.
package struct Outcome: Hashable, Sendable {
    /// As the envelope has it.
    package let recipient: String
    package let result: Result
    /// What happened and what to do, on one line, without codes; for a bounce's reader.
    package let text: String
    /// For the log only: the provider's own words, a library's, the system's. Nil when the text says
    /// it all.
    package let detail: String?

    package enum Result: Hashable, Sendable {
        /// Accepted by the provider; a message that was sent before counts too.
        case sent(Sent)
        /// One alert too many for now: a later SMS tells how many there were.
        case folded
        /// Taken and deliberately not sent, as the operator wants it for automatic messages.
        case discarded
        case failed(Failure)
    }

    package struct Sent: Hashable, Sendable {
        /// One for each SMS request, in order. Never empty.
        package let sids: [String]
        /// Segments billed, all requests together, as we count them.
        package let segments: Int
        /// Whether all of it had been sent by an earlier delivery of the same message.
        package let isRepeat: Bool
        /// Folded alerts that these tell of.
        package var told = 0
    }

    package init(recipient: String, result: Result, text: String, detail: String? = nil) {
        self.recipient = recipient
        self.result = result
        self.text = text
        self.detail = detail
    }

    package static func failed(
        _ failure: Failure, _ recipient: String, _ text: String, detail: String? = nil
    ) -> Outcome {
        Outcome(recipient: recipient, result: .failed(failure), text: text, detail: detail)
    }

    package var status: Status {
        switch result {
        case .sent, .folded, .discarded: .sent
        case .failed(let failure): failure.status
        }
    }

    /// The LMTP reply, with our session's name so that one search joins both logs.
    package func reply(sessionID: String) -> Reply {
        let name = sessionID.isEmpty ? "" : " [\(sessionID)]"
        return Reply(
            status.reply, status.enhanced, text.prefixFitting(180 - name.utf8.count) + name)
    }

    /// What a pipe transport prints: Postfix prefers the enhanced status to the exit code.
    package var pipeLine: String {
        let localPart =
            recipient.split(separator: "@", omittingEmptySubsequences: false).first ?? ""
        return "\(status.enhanced) \(localPart.prefix(64)): \(text)"
    }
}

extension String {
    /// As much of the text from its start as fits in `byteCount` octets, cut between characters.
    fileprivate func prefixFitting(_ byteCount: Int) -> String {
        guard utf8.count > byteCount else { return self }
        var used = 0
        let end = indices.first { index in
            used += self[index].utf8.count
            return used > byteCount
        }
        return String(self[..<(end ?? endIndex)])
    }
}
