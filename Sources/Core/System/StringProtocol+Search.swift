/// Searching a text for a text.
///
/// `contains` of the standard library does it too, from a module of regular expressions that would
/// then be linked in: a quarter of the program, loaded and scanned at each start.
extension StringProtocol {
    /// Whether the octets of `text` stand somewhere in this one; an empty text does.
    package func holds(_ text: String) -> Bool {
        var rest = utf8[...]
        guard let first = text.utf8.first else { return true }
        while let start = rest.firstIndex(of: first) {
            rest = rest[start...]
            if rest.starts(with: text.utf8) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}
