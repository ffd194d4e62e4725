import CCurl

/// Posts a form with libcurl, blocking the thread, and forgets the answer.
enum FormPoster {
    /// Milliseconds: what Twilio gives a receiver.
    private static let timeout = 15_000

    private static let initializeOnce: Void = {
        let status = curl_global_init(Int(CURL_GLOBAL_DEFAULT))
        precondition(status == CURLE_OK, "libcurl cannot start")
    }()

    /// Returns what went wrong; nil when the receiver answered with a 2xx.
    static func post(
        _ fields: [(name: String, value: String)], to url: String, signature: String?
    ) -> String? {
        initializeOnce
        guard let easy = unsafe curl_easy_init() else { return "no memory for libcurl" }
        defer { unsafe curl_easy_cleanup(easy) }
        let form = fields.map { "\(Form.encoded($0.name))=\(Form.encoded($0.value))" }
            .joined(separator: "&")
        var headers: UnsafeMutablePointer<curl_slist>?
        defer { unsafe curl_slist_free_all(headers) }
        var lines = ["User-Agent: TwilioProxy/1.1", "Expect:"]
        lines.append("I-Twilio-Idempotency-Token: \(SID.make(""))")
        if let signature { lines.append("X-Twilio-Signature: \(signature)") }
        for line in lines { unsafe headers = curl_slist_append(headers, line) }
        let settings = unsafe [
            smsmda_curl_set_text(easy, CURLOPT_URL, url),
            // Receivers are on this machine as a rule: no proxy, whatever the environment says.
            smsmda_curl_set_text(easy, CURLOPT_PROXY, ""),
            smsmda_curl_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https"),
            smsmda_curl_set_text(easy, CURLOPT_COPYPOSTFIELDS, form),
            smsmda_curl_set_list(easy, CURLOPT_HTTPHEADER, headers),
            smsmda_curl_set_long(easy, CURLOPT_NOSIGNAL, 1),
            smsmda_curl_set_long(easy, CURLOPT_TIMEOUT_MS, timeout),
            smsmda_curl_set_transfer(easy, CURLOPT_WRITEFUNCTION) { _, size, count, _ in
                size * count
            },
        ]
        guard settings.allSatisfy({ $0 == CURLE_OK }) else { return "libcurl refused an option" }
        let code = unsafe curl_easy_perform(easy)
        guard code == CURLE_OK else { return unsafe String(cString: curl_easy_strerror(code)) }
        var status = 0
        guard unsafe smsmda_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK else {
            return "libcurl knows no status"
        }
        return (200..<300).contains(status) ? nil : "HTTP \(status)"
    }
}
