/// What makes HTTP exchanges: libcurl in the programs, memory in a test.
///
/// It never repeats a request by itself and follows no redirect: whether a POST may be sent again
/// is the journal's decision alone. A transport in which requests wait for their turn throws
/// `sentNothing` when `startBefore` has come before it.
package protocol Transport: Sendable {
    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse
}

/// No response came back.
package struct TransportError: Error, Hashable, Sendable {
    /// True when the request's body cannot have left this process, so sending it again is safe.
    ///
    /// False means unknown: the provider may have taken the message.
    package let sentNothing: Bool
    /// libcurl's code (`CURLcode`); 0 when the transport itself declined to try.
    package let code: Int32
    /// What happened, in libcurl's words.
    package let reason: String

    package init(sentNothing: Bool, code: Int32, reason: String) {
        self.sentNothing = sentNothing
        self.code = code
        self.reason = reason
    }
}

extension TransportError: CustomStringConvertible {
    package var description: String { reason }
}
