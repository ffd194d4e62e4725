/// Where the provider's API is: scheme and authority, as `base_url` in the configuration.
///
/// Plain `http://` shows the credentials to everyone on the way, so it is for loopback only: the
/// simulator, or a proxy on this host.
enum BaseURL {
    static let hint =
        "\"https://\" and a host, or \"http://\" and a loopback address; no path behind it"

    /// The URL without a slash at its end. Nil when it is none of ours.
    static func parse(_ text: String) -> String? {
        let url = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let scheme = ["https://", "http://"].first(where: url.lowercased().hasPrefix) else {
            return nil
        }
        let authority = url.dropFirst(scheme.count)
        guard !authority.isEmpty,
            authority.utf8.allSatisfy({ byte in
                (48...58).contains(byte) || (97...122).contains(byte) || (65...91).contains(byte)
                    || "-.]".utf8.contains(byte)
            }), let host = host(of: authority)
        else { return nil }
        return scheme == "https://" || ListenAddress.isLoopback(host: host) ? url : nil
    }

    private static func host(of authority: Substring) -> String? {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            let rest = authority[authority.index(after: end)...]
            guard rest.isEmpty || isPort(rest) else { return nil }
            return String(authority[..<end].dropFirst())
        }
        guard let colon = authority.firstIndex(of: ":") else { return String(authority) }
        guard isPort(authority[colon...]), colon > authority.startIndex else { return nil }
        return String(authority[..<colon])
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.first == ":" && UInt16(text.dropFirst()) != nil
    }
}
