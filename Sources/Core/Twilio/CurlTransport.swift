/// Exchanges one after the other on one connection, blocking: for the one-shot programs.
package final class CurlTransport: Transport {
    private let handle: CurlHandle

    package init(_ options: CurlHandle.Options) { handle = CurlHandle(options) }

    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        handle.prepare(request)
        return try handle.perform()
    }
}
