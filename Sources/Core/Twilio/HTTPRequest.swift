package import CoreSystem

/// One HTTP exchange to be made with the provider.
package struct HTTPRequest: Hashable, Sendable {
    package let url: String
    package let user: String
    package let password: String
    /// `application/x-www-form-urlencoded`; nil makes the request a GET.
    package let form: [UInt8]?
    /// On `Clock.elapsed`: a request that has not left by then must not leave any more. Nil: any time.
    package var startBefore: Duration?

    package init(url: String, account: Account, form: [UInt8]? = nil) {
        self.url = url
        user = account.user
        password = account.password
        self.form = form
    }
}

/// What came back, as far as it is used.
package struct HTTPResponse: Hashable, Sendable {
    package let status: Int
    package let body: [UInt8]
    /// From `Retry-After` (RFC 9110 §10.2.3); nil when the server named none.
    package let retryAfter: Duration?
    /// Twilio's own name for the exchange, which its support asks for.
    package let requestID: String?
    /// The server's clock when it answered (RFC 9110 §6.6.1); nil when it did not say.
    package var date: WallTime? { dateField.flatMap { MailDate($0)?.time } }
    /// Seldom asked for, so only then read.
    private let dateField: String?

    package init(
        status: Int, body: [UInt8], retryAfter: Duration? = nil, requestID: String? = nil,
        date: String? = nil
    ) {
        self.status = status
        dateField = date
        self.body = body
        self.retryAfter = retryAfter
        self.requestID = requestID
    }
}
