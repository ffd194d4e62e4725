internal import CCurl
internal import CoreSystem

/// One libcurl easy handle set up for exchanges with the provider, used again for the next one.
///
/// Keep-alive, HTTP/1.1, no redirect, no `Expect`, and no repeated POST: libcurl sends a request
/// again by itself when a kept-alive connection turns out dead, so it asks before each, and one of
/// which an octet may have left already fails instead. Header and form leave in one write.
/// Certificates are looked up one by one in the system's hashed directory: reading its whole bundle
/// costs more than the exchange.
/// Proxy variables (`https_proxy`, `no_proxy`) are libcurl's own business and are honoured.
///
/// One exchange at a time; the handle may move between threads between exchanges.
@safe package final class CurlHandle: @unchecked Sendable {
    // @unchecked: whoever drives the exchange owns the handle until it has taken the result.
    private let easy: UnsafeMutableRawPointer
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var body: [UInt8] = []
    /// Whether the request may be begun again, whatever has left of it.
    private var mayRepeat = false
    /// `requestSize` when the request was begun; nil before. More than it: something has left.
    private var sizeBefore: Int?
    /// Where libcurl puts its own words for a failure: `CURL_ERROR_SIZE` octets, NUL at the end.
    private let errorText: UnsafeMutablePointer<CChar>

    /// Time limits and trust, the same for all exchanges of a program.
    package struct Options: Hashable, Sendable {
        /// Resolving, connecting and the TLS handshake together.
        package var connectTimeout: Duration = .seconds(10)
        /// The whole exchange. Twilio itself gives up after about 26 s.
        package var timeout: Duration = .seconds(30)
        /// A file of PEM certificates or a hashed directory of them. Empty: the system's.
        package var trust = ""
        /// An idle connection older than this is not used again: the peer may be about to close it.
        package var maximumIdle: Duration = .seconds(20)

        package init() {}
    }

    /// `CURLAUTH_BASIC`, a macro with a cast that Swift does not see.
    private static let basicAuthentication = 1

    /// Responses are a few hundred octets, a page of the list up to a megabyte.
    private static let maximumBody = 8 << 20

    package init(_ options: Options) {
        Self.initializeOnce
        guard let easy = unsafe curl_easy_init() else {
            preconditionFailure("no memory for libcurl")
        }
        unsafe self.easy = easy
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        set(CURLOPT_HTTPAUTH, Self.basicAuthentication)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, Int(options.connectTimeout.milliseconds))
        set(CURLOPT_TIMEOUT_MS, Int(options.timeout.milliseconds))
        set(CURLOPT_MAXAGE_CONN, Int(options.maximumIdle.components.seconds))
        set(CURLOPT_USERAGENT, Self.userAgent)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        setTrust(options.trust)
        setCallbacks()
    }

    deinit {
        unsafe curl_easy_cleanup(easy)
        unsafe curl_slist_free_all(headers)
        unsafe errorText.deallocate()
    }

    /// The handle itself, for a multi handle. Valid as long as this object.
    @unsafe package var rawHandle: UnsafeMutableRawPointer { unsafe easy }

    /// Makes the handle ready for one exchange.
    package func prepare(_ request: HTTPRequest) {
        mayRepeat = request.form == nil
        sizeBefore = nil
        body.removeAll(keepingCapacity: true)
        unsafe errorText[0] = 0
        set(CURLOPT_URL, request.url)
        set(CURLOPT_USERNAME, request.user)
        set(CURLOPT_PASSWORD, request.password)
        guard let form = request.form else { return set(CURLOPT_HTTPGET, 1) }
        unsafe check(
            smsmda_curl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(form.count)))
        // libcurl takes its copy here, and makes it a POST. Without a pointer it would read standard input.
        unsafe form.withUnsafeBytes { bytes in
            unsafe precondition(!bytes.isEmpty, "a form has at least one field")
            let start = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
            unsafe check(smsmda_curl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, start))
        }
    }

    /// Makes the prepared exchange now, blocking the thread.
    package func perform() throws(TransportError) -> HTTPResponse {
        try finish(unsafe curl_easy_perform(easy).rawValue)
    }

    /// The result of the exchange that ended with libcurl's `code` (`CURLcode`).
    package func finish(_ code: UInt32) throws(TransportError) -> HTTPResponse {
        guard code == CURLE_OK.rawValue else {
            throw TransportError(
                sentNothing: !hasSent, code: Int32(code), reason: errorReason(code))
        }
        var status = 0
        unsafe check(smsmda_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status))
        var seconds: curl_off_t = 0
        unsafe check(smsmda_curl_get_size(easy, CURLINFO_RETRY_AFTER, &seconds))
        return HTTPResponse(
            status: status, body: body, retryAfter: seconds > 0 ? .seconds(seconds) : nil,
            requestID: header("Twilio-Request-Id"),
            date: header("Date"))
    }

    private func header(_ name: String) -> String? {
        var found: UnsafeMutablePointer<curl_header>?
        guard
            unsafe curl_easy_header(easy, name, 0, UInt32(CURLH_HEADER), -1, &found) == CURLHE_OK,
            let value = unsafe found?.pointee.value
        else { return nil }
        return unsafe String(String(cString: value).prefix(64))
    }

    private func errorReason(_ code: UInt32) -> String {
        if code == CURLE_ABORTED_BY_CALLBACK.rawValue {
            return "the connection ended before a reply, and the request is not repeated"
        }
        let detail = unsafe String(cString: errorText)
        if !detail.isEmpty { return detail }
        return unsafe String(cString: curl_easy_strerror(CURLcode(code)))
    }

    // MARK: Set-up

    private static let initializeOnce: Void = {
        let status = curl_global_init(Int(CURL_GLOBAL_DEFAULT))
        precondition(status == CURLE_OK, "libcurl cannot start")
    }()

    private static let userAgent: String = {
        let version = unsafe smsmda_curl_version()
        let curl = unsafe version.map { unsafe String(cString: $0) } ?? "?"
        return "smsmda/\(Version.current) (linux) curl/\(curl)"
    }()

    private func setTrust(_ trust: String) {
        if trust.isEmpty {
            // The bundle that libcurl would read by default is the same certificates, 20 ms of CPU.
            unset(CURLOPT_CAINFO)
            set(CURLOPT_CAPATH, "/etc/ssl/certs")
        } else if FileKind(path: trust) == .directory {
            unset(CURLOPT_CAINFO)
            set(CURLOPT_CAPATH, trust)
        } else {
            unset(CURLOPT_CAPATH)
            set(CURLOPT_CAINFO, trust)
        }
    }

    private func setCallbacks() {
        unsafe headers = curl_slist_append(headers, "Accept: application/json")
        unsafe headers = curl_slist_append(headers, "Expect:")
        unsafe check(smsmda_curl_set_list(easy, CURLOPT_HTTPHEADER, headers))
        unsafe check(smsmda_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText))
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe check(
            smsmda_curl_set_prerequest(
                easy,
                { context, _, _, _, _ in
                    guard let context = unsafe context else { return CURL_PREREQFUNC_ABORT }
                    return unsafe Unmanaged<CurlHandle>.fromOpaque(context).takeUnretainedValue()
                        .mayBegin() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
                }, context))
        unsafe check(smsmda_curl_set_pointer(easy, CURLOPT_WRITEDATA, context))
        unsafe check(
            smsmda_curl_set_transfer(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
                let handle = unsafe Unmanaged<CurlHandle>.fromOpaque(context).takeUnretainedValue()
                return unsafe handle.keep(bytes, count: size * count)
            })
    }

    /// Asked before each request of an exchange: the second one if the first found its connection dead.
    private func mayBegin() -> Bool {
        if hasSent && !mayRepeat { return false }
        sizeBefore = sizeBefore ?? requestSize
        return true
    }

    /// Whether an octet of the request has left, so that the provider may have the message.
    private var hasSent: Bool { sizeBefore.map { requestSize > $0 } ?? false }

    /// Octets that were sent in this exchange; those that asked a proxy for the way are among them.
    private var requestSize: Int {
        var octets = 0
        unsafe check(smsmda_curl_get_long(easy, CURLINFO_REQUEST_SIZE, &octets))
        return octets
    }

    /// Returns less than `count` when there is too much, which ends the exchange.
    private func keep(_ bytes: UnsafeMutablePointer<CChar>, count: Int) -> Int {
        guard body.count + count <= Self.maximumBody else { return 0 }
        unsafe body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
        return count
    }

    private func set(_ option: CURLoption, _ value: Int) {
        unsafe check(smsmda_curl_set_long(easy, option, value))
    }

    private func set(_ option: CURLoption, _ value: String) {
        unsafe check(smsmda_curl_set_text(easy, option, value))
    }

    private func unset(_ option: CURLoption) {
        unsafe check(smsmda_curl_set_text(easy, option, nil))
    }

    /// Setting an option fails only for want of memory or where libcurl was built without it.
    private func check(_ code: CURLcode) {
        precondition(code == CURLE_OK, "libcurl refused an option it must know")
    }
}
