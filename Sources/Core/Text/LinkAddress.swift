internal import CoreSystem

/// The address of a link, and whether a reader of its text would miss it.
struct LinkAddress {
    let text: String

    /// nil unless it leads to a page: `mailto:`, `cid:`, `#top` and scripts are no use in an SMS.
    init?(_ bytes: [UInt8], in range: Range<Int>) {
        var decoded: [UInt8] = []
        var position = range.lowerBound
        while position < range.upperBound, decoded.count < Self.longest {
            if let entity = Entity(
                in: bytes, at: position, end: range.upperBound, inAttribute: true)
            {
                decoded.append(contentsOf: String(entity.first).utf8)
                if let second = entity.second { decoded.append(contentsOf: String(second).utf8) }
                position += entity.byteCount
            } else {
                decoded.append(bytes[position])
                position += 1
            }
        }
        decoded.removeAll { $0 <= 0x20 || $0 == 0x7F }
        let start = decoded.prefix(8)
        guard start.equalsIgnoringCase("https://") || start.dropLast().equalsIgnoringCase("http://")
        else { return nil }
        text = String(decoding: decoded, as: UTF8.self)
    }

    /// Of a long text the beginning is looked at: links may stand inside each other.
    func isWorthShowing(besides shown: ArraySlice<UInt8>, _ links: HTMLText.Links) -> Bool {
        let shownText = String(decoding: shown.prefix(2 * Self.longest), as: UTF8.self)
            .lowercased()
        let bare = Self.bare(text.lowercased())
        if !bare.isEmpty, shownText.holds(bare) { return false }
        switch links {
        case .text: return false
        case .address: return true
        case .needed:
            let words = shownText.split { !$0.isLetter }.joined(separator: " ")
            return words.isEmpty || Self.emptyPhrases.contains(words)
        }
    }

    /// Without scheme, `www.` and closing slash: what a reader compares.
    private static func bare(_ address: String) -> String {
        var rest = Substring(address)
        for prefix in ["https://", "http://", "www."] where rest.hasPrefix(prefix) {
            rest = rest.dropFirst(prefix.count)
        }
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        return String(rest)
    }

    private static let longest = 2_000
    /// Texts that mean nothing without their address.
    private static let emptyPhrases: Set<String> = [
        "here", "click here", "click", "link", "this link", "more", "read more", "view", "open",
        "details", "hier", "hier klicken", "klicken sie hier", "mehr", "ici", "cliquez ici",
        "aquí", "haga clic aquí", "clique aqui", "qui", "clicca qui", "klik hier", "klikk her",
        "klicka här", "här", "her", "tutaj", "kliknij tutaj", "здесь", "нажмите здесь",
    ]
}
