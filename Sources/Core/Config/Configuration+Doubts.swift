internal import CorePolicy
internal import CoreSMS
internal import CoreTwilio

extension Configuration {
    /// What is legal but hardly meant, each with what to do about it.
    func findDoubts() -> [String] {
        var doubts: [String] = []
        if policy.senders.isEmpty {
            doubts.append(
                "no [[sender]] rule: whoever the MTA lets through may send to any number; add rules,"
                    + " or be sure that the MTA is strict")
        }
        for rule in policy.senders {
            for pattern in rule.match
            where pattern.trustsReversePathAlone && rule.requirement == nil {
                doubts.append(
                    "[[sender]] \"\(pattern.text)\" believes the envelope sender, which anyone can"
                        + " forge: add ip:NETWORK or sasl:USER, or let the MTA check it")
            }
        }
        for account in [twilio.account] + accounts.values.sorted(by: { $0.name < $1.name }) {
            doubts += account.doubts
        }
        if twilio.account.sender == nil,
            routes.contains(where: { $0.choices.sender == nil })
                || routes.isEmpty
        {
            doubts.append(
                "no sender: set from or messaging_service_sid in [twilio], or TWILIO_PHONE_NUMBER")
        }
        // Whatever `listen` says: systemd's sockets and --listen come on top of it.
        if lmtp.allowRemote, lmtp.tlsClientAuthorityFile == nil {
            doubts.append(
                "[lmtp] allow_remote = true, and no certificate is asked for: whoever reaches lmtpd"
                    + " from another host may send; set tls_client_ca_file, or let a firewall choose"
            )
        }
        if !journal.isRequired {
            doubts.append(
                "[journal] required = false: with a broken journal alerts are sent, some of them twice"
            )
        }
        if journal.settle < .seconds(30) {
            doubts.append(
                "[journal] settle is shorter than Twilio may work on a request (about 26 s): a retry"
                    + " in that time can send twice")
        }
        if journal.keep < .seconds(6 * 86_400) {
            doubts.append(
                "[journal] keep is shorter than an MTA keeps a message (Postfix 5 days, Exim 4): a"
                    + " late retry would be sent again")
        }
        if twilio.timeout >= lmtp.replyTimeout {
            doubts.append(
                "[twilio] timeout is not below [lmtp] reply_timeout: a slow answer is never heard")
        }
        if twilio.timeout >= lmtp.deliverDeadline {
            doubts.append(
                "[twilio] timeout is not below [deliver] deadline: a slow answer is never heard")
        }
        if let alerts = storm.alerts { doubts += stormDoubts(alerts) }
        return doubts
    }

    private func stormDoubts(_ alerts: Rate) -> [String] {
        var doubts: [String] = []
        if alerts.period / alerts.count > .seconds(6 * 3600) {
            doubts.append(
                "[storm] alerts lets one through in more than 6 hours: the mail that is to tell of the"
                    + " others waits as long in the MTA's queue, and MTAs warn their senders then")
        }
        let holdsMail = policy.limits.contains { limit in
            limit.scope == .recipient && limit.budget.rate.map { $0.isBelow(alerts) } ?? false
        }
        if holdsMail {
            doubts.append(
                "[storm] alerts is not reached: the rate of [[limit]] per = \"recipient\" is lower, so"
                    + " each alert over it waits in the MTA's queue instead of being folded")
        }
        if !journal.isRequired {
            doubts.append(
                "[storm] needs the journal, and [journal] required = false sends without it: nothing"
                    + " is folded while it is broken")
        }
        if SegmentCount(storm.summary).encoding == .ucs2 {
            doubts.append(
                "[storm] summary has characters that make an SMS Unicode, of 70 characters instead of"
                    + " 160")
        }
        return doubts
    }
}

extension Rate {
    /// Whether fewer come through in the same time.
    fileprivate func isBelow(_ other: Rate) -> Bool { other.period * count < period * other.count }
}

extension AccountSettings {
    fileprivate var doubts: [String] {
        let place = name == "twilio" ? "[twilio]" : "[account.\(name)]"
        var doubts: [String] = []
        if apiKeySID == nil, authToken != nil {
            doubts.append(
                "\(place) logs in with the account's auth token, which can do everything: an API key"
                    + " (api_key_sid, api_key_secret_file) can be revoked alone")
        }
        for (key, secret) in [("auth_token", authToken), ("api_key_secret", apiKeySecret)] {
            guard let secret, secret.path == nil else { continue }
            doubts.append(
                "\(place) \(key) is given as text, not as a file: \(key)_file keeps it out of backups"
                    + " of the configuration and out of the environment")
        }
        return doubts
    }
}
