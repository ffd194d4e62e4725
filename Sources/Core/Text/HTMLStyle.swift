/// What a CSS declaration list says about whether text is seen, and how far apart it stands.
///
/// In: the value of a `style` attribute, or what stands between `{` and `}`. Read are the few properties
/// with which mail hides its preheaders: `display`, `visibility`, `opacity`, `font-size`, `max-height` and
/// `height` with `overflow`, `mso-hide`; and `margin`. The rest is read over. It does no cascade: what is
/// not hidden by its own element, class or an ancestor is shown, since showing too much loses nothing.
struct HTMLStyle: Equatable {
    /// Hidden with all that is in it.
    var isHidden = false
    /// Whether `display` was said at all, so that a later rule can take back an earlier one.
    var saysDisplay = false
    /// `visibility`: descendants inherit it and may say otherwise. nil: not said.
    var isVisible: Bool?
    /// `font-size` 0 or 1px, under which nothing can be read. Descendants may say otherwise.
    var hasNoFontSize: Bool?
    /// `margin: 0`: a paragraph that stands close to the one before.
    var hasNoMargin = false

    init() {}

    init(_ bytes: [UInt8], in range: Range<Int>) {
        var isCut = false  // `overflow: hidden`, without which a height of 0 hides nothing
        var isFlat = false
        var start = range.lowerBound
        while start < range.upperBound {
            var end = start
            while end < range.upperBound, bytes[end] != UInt8(ascii: ";") { end += 1 }
            let declaration = start..<end
            start = end + 1
            guard let colon = bytes[declaration].firstIndex(of: UInt8(ascii: ":")) else { continue }
            let property = Self.trim(bytes[declaration.lowerBound..<colon])
            let value = Self.word(bytes[(colon + 1)..<declaration.upperBound])
            guard let first = property.first else { continue }
            switch first.asciiLowercased {
            case UInt8(ascii: "d") where property.equalsIgnoringCase("display"):
                isHidden = value.equalsIgnoringCase("none")
                saysDisplay = true
            case UInt8(ascii: "v") where property.equalsIgnoringCase("visibility"):
                isVisible = value.equalsIgnoringCase("visible")
            case UInt8(ascii: "m") where property.equalsIgnoringCase("mso-hide"):
                if value.equalsIgnoringCase("all") { isHidden = true }
            case UInt8(ascii: "m") where property.equalsIgnoringCase("max-height"),
                UInt8(ascii: "h") where property.equalsIgnoringCase("height"):
                if Self.isZero(value) { isFlat = true }
            case UInt8(ascii: "m") where property.equalsIgnoringCase("margin"):
                hasNoMargin = Self.isZero(value)
            case UInt8(ascii: "o") where property.equalsIgnoringCase("overflow"):
                isCut = value.equalsIgnoringCase("hidden")
            case UInt8(ascii: "o") where property.equalsIgnoringCase("opacity"):
                if Self.isZero(value) { isHidden = true }
            case UInt8(ascii: "f") where property.equalsIgnoringCase("font-size"):
                hasNoFontSize = Self.isZero(value) || value.equalsIgnoringCase("1px")
            default:
                continue
            }
        }
        if isFlat && isCut { isHidden = true }
    }

    /// Whether a length is 0 in some unit: `0`, `0px`, `0.0em`.
    private static func isZero(_ value: ArraySlice<UInt8>) -> Bool {
        guard value.first == UInt8(ascii: "0") else { return false }
        for byte in value {
            if byte == UInt8(ascii: "0") || byte == UInt8(ascii: ".") { continue }
            return !byte.isASCIIDigit
        }
        return true
    }

    private static func trim(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var trimmed = bytes.drop { $0.isHTMLSpace }
        while trimmed.last?.isHTMLSpace == true { trimmed = trimmed.dropLast() }
        return trimmed
    }

    /// The first word of a value: without `!important` and what follows a blank.
    private static func word(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        bytes.drop { $0.isHTMLSpace }.prefix { !$0.isHTMLSpace && $0 != UInt8(ascii: "!") }
    }
}
