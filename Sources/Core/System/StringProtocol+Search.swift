internal import CLinux

/// Searching a text for a text.
///
/// `contains` of the standard library does it too, from a module of regular expressions that would
/// then be linked in: a quarter of the program, loaded and scanned at each start.
extension StringProtocol {
    /// Whether the octets of `text` stand somewhere in this one; an empty text does. Linear in both.
    package func holds(_ text: String) -> Bool {
        var (whole, wanted) = (String(self), text)
        return whole.withUTF8 { whole in
            wanted.withUTF8 { wanted in
                guard let start = whole.baseAddress, let first = wanted.baseAddress else {
                    return wanted.isEmpty
                }
                return unsafe smsmda_holds(start, whole.count, first, wanted.count) != 0
            }
        }
    }
}
