/// What one of Twilio's error codes means for a mail that waits.
///
/// Twilio adds codes without notice, so an unknown one has a safe reading: see `verdict(code:httpStatus:)`.
/// The same code can come with the response to a request or, through a Messaging Service, later.
package struct ProviderCode: Hashable, Sendable {
    package let code: Int
    package let verdict: Verdict
    /// What happened and what to do, for the person who reads the bounce or the log.
    package let advice: String

    /// Whose matter it is, and whether time or an operator can mend it.
    package enum Verdict: Hashable, Sendable, CaseIterable {
        /// The recipient is no telephone number.
        case notAPhoneNumber
        /// A number that no SMS reaches: a landline, a short code, not in use.
        case unreachable
        /// A good number that this sender cannot reach.
        case noRoute
        case optedOut
        /// The account is not allowed to send there: region, trial account.
        case notPermitted
        /// Carriers or Twilio filter the text.
        case filtered
        case contentRefused
        case tooLarge
        /// Too late: the message outlived its validity period.
        case expired
        /// Wrong or revoked credentials.
        case credentials
        /// Suspended, closed, out of funds.
        case account
        /// Our request or sender is not as the account wants it.
        case configuration
        /// Too many requests or messages for now; nothing was created.
        case busy
        /// A passing failure inside Twilio or at the carrier; nothing arrives.
        case failed
        /// Blocked for minutes or hours.
        case blockedForNow
        /// Nobody can say whether the message was created.
        case uncertain
        /// No row in the table, and HTTP says the request was wrong.
        case unknown
    }

    /// The row for a code, nil for one that is not in the table.
    package init?(_ code: Int) {
        var low = 0
        var high = Self.table.count
        while low < high {
            let middle = (low + high) / 2
            if Self.table[middle].code < code { low = middle + 1 } else { high = middle }
        }
        guard low < Self.table.count, Self.table[low].code == code else { return nil }
        self = Self.table[low]
    }

    private init(_ code: Int, _ verdict: Verdict, _ advice: String) {
        self.code = code
        self.verdict = verdict
        self.advice = advice
    }

    /// All rows, by rising code.
    ///
    /// Read on 2026-11-21 from Twilio's error pages (twilio.com/docs/api/errors) and its dictionary
    /// of 2025-02. What the installation can mend (credentials, sender, account, options) is never the
    /// recipient's fault: those wait.
    package static let table: [ProviderCode] = [
        ProviderCode(10001, .account, "the Twilio account is not active; see the Console"),
        ProviderCode(11200, .contentRefused, "Twilio could not fetch the media"),
        ProviderCode(11205, .contentRefused, "Twilio could not connect to fetch the media"),
        ProviderCode(11220, .contentRefused, "TLS failed when Twilio fetched the media"),
        ProviderCode(11237, .contentRefused, "the media host's certificate is not trusted"),
        ProviderCode(11751, .tooLarge, "the media is over the carrier's size limit"),
        ProviderCode(12300, .contentRefused, "Twilio does not take this type of media"),
        ProviderCode(14107, .busy, "too many messages between two numbers; Twilio's loop guard"),
        ProviderCode(20001, .configuration, "Twilio does not know a parameter; check [twilio]"),
        ProviderCode(20003, .credentials, "wrong SID, token or key, or account suspended"),
        ProviderCode(20004, .configuration, "method not allowed; check base_url"),
        ProviderCode(20005, .account, "the Twilio account is not active; see the Console"),
        ProviderCode(20006, .account, "access denied; may the API key use Messages?"),
        ProviderCode(20008, .configuration, "test credentials cannot do this; use live ones"),
        ProviderCode(20010, .account, "the action is disabled for the account; ask Twilio"),
        ProviderCode(20011, .configuration, "TLS version too old; update OpenSSL"),
        ProviderCode(20012, .configuration, "TLS cipher not accepted; update OpenSSL"),
        ProviderCode(20403, .account, "forbidden; account suspended or key restricted"),
        ProviderCode(20404, .configuration, "not found; check account_sid and base_url"),
        ProviderCode(20410, .configuration, "this API is gone; check base_url"),
        ProviderCode(20413, .tooLarge, "the request is too large"),
        ProviderCode(20422, .configuration, "Twilio refused a parameter; check [twilio]"),
        ProviderCode(20426, .configuration, "upgrade required; check base_url"),
        ProviderCode(20429, .busy, "too many requests at once; lower max_concurrency"),
        ProviderCode(20500, .uncertain, "internal error at Twilio"),
        ProviderCode(20503, .uncertain, "Twilio's service is unavailable"),
        ProviderCode(20504, .uncertain, "internal error at Twilio"),
        ProviderCode(21210, .configuration, "the sender number is not verified"),
        ProviderCode(21211, .notAPhoneNumber, "not a telephone number that Twilio knows"),
        ProviderCode(21212, .configuration, "the sender is not valid; check from"),
        ProviderCode(21217, .notAPhoneNumber, "does not appear to be a telephone number"),
        ProviderCode(21265, .unreachable, "a short code cannot receive this"),
        ProviderCode(21266, .unreachable, "recipient and sender are the same number"),
        ProviderCode(21267, .account, "a trial account cannot use a name as sender"),
        ProviderCode(21268, .notPermitted, "premium-rate numbers are not served"),
        ProviderCode(
            21408, .notPermitted, "this country is not enabled in Twilio's geo permissions"),
        ProviderCode(21601, .configuration, "the sender number cannot do SMS; check from"),
        ProviderCode(21602, .contentRefused, "the message has no body"),
        ProviderCode(21603, .configuration, "no sender; set from or messaging_service_sid"),
        ProviderCode(21604, .configuration, "the request had no recipient"),
        ProviderCode(21605, .configuration, "an old API with 160 characters; check base_url"),
        ProviderCode(21606, .configuration, "the sender is not a number of this account"),
        ProviderCode(21607, .account, "a trial account must use its sandbox number"),
        ProviderCode(21608, .notPermitted, "a trial account sends to verified numbers only"),
        ProviderCode(21609, .configuration, "status_callback is not a valid URL"),
        ProviderCode(21610, .optedOut, "the recipient answered STOP; START undoes it"),
        ProviderCode(21611, .busy, "the sender's queue is full (10 hours of messages)"),
        ProviderCode(21612, .noRoute, "this sender cannot reach this number; try another from"),
        ProviderCode(21614, .unreachable, "not a mobile number"),
        ProviderCode(21616, .configuration, "the sender matches several numbers; use E.164"),
        ProviderCode(21617, .tooLarge, "longer than 1,600 characters"),
        ProviderCode(21618, .filtered, "every carrier refuses this text; reword it"),
        ProviderCode(21619, .contentRefused, "the message has no body"),
        ProviderCode(21620, .contentRefused, "the media URL is not valid"),
        ProviderCode(21621, .contentRefused, "the sender cannot do MMS"),
        ProviderCode(21622, .contentRefused, "the account cannot do MMS"),
        ProviderCode(21623, .contentRefused, "too many media files"),
        ProviderCode(21624, .configuration, "validity_period is not valid (1s to 10h)"),
        ProviderCode(21626, .configuration, "the status callback events are not valid"),
        ProviderCode(21627, .configuration, "the maximum price is not a number"),
        ProviderCode(21635, .unreachable, "a landline"),
        ProviderCode(21652, .contentRefused, "the MMS subject is over 40 characters"),
        ProviderCode(21653, .configuration, "too many recipients in one request"),
        ProviderCode(21654, .configuration, "a content SID is missing"),
        ProviderCode(21655, .configuration, "the content SID is not valid"),
        ProviderCode(21656, .configuration, "the content variables are not valid"),
        ProviderCode(21657, .configuration, "the sender ID is not valid for this country"),
        ProviderCode(21658, .configuration, "a parameter is too long"),
        ProviderCode(
            21659, .configuration, "the sender is no Twilio number, or of another country"),
        ProviderCode(21660, .configuration, "the sender belongs to another account"),
        ProviderCode(21661, .configuration, "the sender number cannot do SMS; check from"),
        ProviderCode(21664, .configuration, "a fallback sender does not go with from"),
        ProviderCode(21665, .configuration, "the fallback sender is not valid"),
        ProviderCode(21666, .configuration, "a fallback sender needs a Messaging Service"),
        ProviderCode(21667, .configuration, "the Messaging Service has no RCS sender"),
        ProviderCode(21701, .configuration, "the Messaging Service does not exist"),
        ProviderCode(21702, .configuration, "the Messaging Service is not available"),
        ProviderCode(
            21703, .configuration, "no sender of the Messaging Service can reach this number"),
        ProviderCode(21704, .configuration, "the Messaging Service has no numbers"),
        ProviderCode(21705, .configuration, "the Messaging Service is not valid"),
        ProviderCode(
            21709, .configuration, "the Messaging Service may not use this name as sender"),
        ProviderCode(30001, .busy, "the sender's queue is full (10 hours of messages)"),
        ProviderCode(30002, .account, "the Twilio account is suspended"),
        ProviderCode(30003, .failed, "the phone is off or out of reach"),
        ProviderCode(30004, .filtered, "blocked by the phone or its carrier"),
        ProviderCode(30005, .unreachable, "the number is not in use"),
        ProviderCode(30006, .unreachable, "a landline or an unreachable carrier"),
        ProviderCode(30007, .filtered, "filtered as spam by a carrier or by Twilio"),
        ProviderCode(30008, .unknown, "the carrier gave no reason"),
        ProviderCode(30010, .configuration, "over the maximum price"),
        ProviderCode(30011, .contentRefused, "the phone's region has no MMS"),
        ProviderCode(30012, .configuration, "validity_period is too short"),
        ProviderCode(30013, .configuration, "validity_period is too long"),
        ProviderCode(30014, .configuration, "attributes of the recipient are not valid"),
        ProviderCode(30015, .configuration, "the channel is not supported"),
        ProviderCode(30016, .configuration, "recipient and sender are of different channels"),
        ProviderCode(30017, .busy, "the carrier is congested"),
        ProviderCode(30018, .configuration, "the carrier wants the sender registered"),
        ProviderCode(30019, .tooLarge, "over the carrier's size limit"),
        ProviderCode(30020, .failed, "internal failure at Twilio (scheduling)"),
        ProviderCode(30021, .failed, "internal failure at Twilio (Messaging Service)"),
        ProviderCode(30022, .busy, "over the 10DLC rate of the sender"),
        ProviderCode(30023, .busy, "over the 10DLC daily cap; resets at midnight US Pacific"),
        ProviderCode(30024, .configuration, "the sender is not provisioned at the carrier"),
        ProviderCode(30027, .busy, "over T-Mobile's daily limit; resets at midnight US Pacific"),
        ProviderCode(30028, .configuration, "the API version is not valid; check base_url"),
        ProviderCode(30029, .configuration, "the content retention is not valid"),
        ProviderCode(30030, .configuration, "the address retention is not valid"),
        ProviderCode(30031, .configuration, "the maximum rate is not valid"),
        ProviderCode(30032, .configuration, "the toll-free sender is not verified"),
        ProviderCode(30033, .configuration, "the 10DLC campaign is suspended"),
        ProviderCode(30034, .configuration, "the sender is not registered for 10DLC"),
        ProviderCode(30035, .configuration, "the sender is still being set up"),
        ProviderCode(30036, .expired, "waited longer than its validity period"),
        ProviderCode(30037, .account, "outbound messages are disabled for the account"),
        ProviderCode(30040, .configuration, "the carrier wants the sender registered"),
        ProviderCode(30041, .configuration, "the sender is not registered for the United Kingdom"),
        ProviderCode(
            30042, .configuration, "the sender's name is too generic or has odd characters"),
        ProviderCode(30043, .configuration, "international SMS through a domestic gateway"),
        ProviderCode(30044, .tooLarge, "longer than a trial account may send"),
        ProviderCode(30047, .failed, "Twilio found no compliant time to send it"),
        ProviderCode(30409, .configuration, "the message is final and cannot be canceled"),
        ProviderCode(30410, .uncertain, "the carrier did not answer Twilio in time"),
        ProviderCode(30450, .filtered, "blocked by SMS pumping protection"),
        ProviderCode(30453, .blockedForNow, "blocked for some hours on suspicion of fraud"),
        ProviderCode(30454, .busy, "the account is over its message limit"),
        ProviderCode(30485, .blockedForNow, "blocked for some hours on suspicion of fraud"),
        ProviderCode(30500, .failed, "internal error at Twilio"),
        ProviderCode(30610, .blockedForNow, "quiet hours at the recipient's place"),
        ProviderCode(30615, .blockedForNow, "quiet hours at the recipient's place"),
        ProviderCode(30620, .notPermitted, "the text does not match the registered use"),
        ProviderCode(30630, .optedOut, "the recipient is unsubscribed"),
        ProviderCode(30640, .filtered, "blocked by Twilio's Compliance Toolkit"),
        ProviderCode(35111, .configuration, "a scheduled message lacks its time"),
        ProviderCode(35114, .configuration, "the time is out of range for scheduling"),
        ProviderCode(35115, .configuration, "the time is out of range for scheduling"),
        ProviderCode(35117, .configuration, "the time is out of range for scheduling"),
        ProviderCode(35118, .configuration, "scheduling needs a Messaging Service"),
        ProviderCode(35125, .busy, "too many scheduled messages in the account"),
        ProviderCode(63003, .unreachable, "the channel does not know the recipient"),
        ProviderCode(63007, .configuration, "the channel does not know the sender"),
        ProviderCode(63015, .notPermitted, "the number has not joined the channel's sandbox"),
        ProviderCode(63016, .filtered, "outside the channel's window for free text"),
        ProviderCode(63018, .busy, "over the channel's rate limit"),
        ProviderCode(63024, .unreachable, "not a recipient of this channel"),
        ProviderCode(63036, .unreachable, "not reachable by RCS"),
        ProviderCode(63038, .busy, "the account is over its daily limit"),
        ProviderCode(90007, .configuration, "validity_period is not valid (1s to 10h)"),
        ProviderCode(90010, .account, "the Twilio account is not active; see the Console"),
        ProviderCode(90014, .configuration, "validity_period must be a positive number"),
        ProviderCode(572002, .notPermitted, "the trial sender is not assigned to this number"),
        ProviderCode(572005, .notPermitted, "the number has not completed its verification"),
    ]
}
