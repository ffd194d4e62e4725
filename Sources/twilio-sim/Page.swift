/// The page at `/`, for people. Nothing in it comes from outside this program.
enum Page {
    static func response(for path: String) -> HTTPResponse? {
        guard path == "/" else { return nil }
        return HTTPResponse(
            status: 200, type: "text/plain", body: Array("See /_sim/messages\n".utf8))
    }
}
