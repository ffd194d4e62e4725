/// How many SMS segments a text takes, counted as the provider bills them.
///
/// One segment holds 160 septets or 70 UTF-16 units; each of several holds 153 or 67. Grapheme
/// clusters and escape pairs are never split over two segments, so a segment may be shorter.
package struct SegmentCount: Hashable, Sendable {
    package let encoding: SMSEncoding
    /// 0 for the empty text.
    package let segments: Int
    /// Septets (GSM-7) or UTF-16 code units (UCS-2) of the text.
    package let units: Int

    package init(_ text: String) {
        let isPlain = GSM7.isPlain(text)
        encoding = isPlain || GSM7.has(text) ? .gsm7 : .ucs2
        var packing = Packing(encoding)
        if isPlain { packing.add(singles: text.utf8.count) } else { packing.add(text) }
        segments = packing.segments
        units = packing.units
    }
}
