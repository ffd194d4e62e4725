/// The classes and ids that a `<style>` element hides.
///
/// Read are rules outside of `@media` whose selectors are one class or one id, alone or after an element's
/// name: `.preheader`, `span.preheader`, `#hidden`. Anything longer hides nothing here. At most
/// `mostNames` names are kept, so that a message cannot make the look-up slow.
struct HTMLStyleSheet {
    private var hiddenClasses: [ArraySlice<UInt8>] = []
    private var hiddenIDs: [ArraySlice<UInt8>] = []

    /// Whether one of the blank-separated classes is hidden.
    func hides(classes: ArraySlice<UInt8>) -> Bool {
        guard !hiddenClasses.isEmpty else { return false }
        return classes.split(whereSeparator: \.isHTMLSpace)
            .contains { name in hiddenClasses.contains { $0.elementsEqual(name) } }
    }

    func hides(id: ArraySlice<UInt8>) -> Bool {
        hiddenIDs.contains { $0.elementsEqual(id) }
    }

    /// Adds the rules of one `<style>` element.
    mutating func add(_ bytes: [UInt8], in range: Range<Int>) {
        var position = range.lowerBound
        while position < range.upperBound {
            let selectorStart = position
            while position < range.upperBound, bytes[position] != UInt8(ascii: "{"),
                bytes[position] != UInt8(ascii: "}"), bytes[position] != UInt8(ascii: ";")
            {
                position += 1
            }
            guard position < range.upperBound else { return }
            let selector = Self.clean(bytes[selectorStart..<position])
            guard bytes[position] == UInt8(ascii: "{") else {
                position += 1  // an `@import` that ends, or a block's end
                continue
            }
            position += 1
            if selector.first == UInt8(ascii: "@") {
                position = Self.endOfBlock(bytes, from: position, limit: range.upperBound)
                continue
            }
            let start = position
            while position < range.upperBound, bytes[position] != UInt8(ascii: "}") {
                position += 1
            }
            let style = HTMLStyle(bytes, in: start..<position)
            position += 1
            for one in selector.split(separator: UInt8(ascii: ",")) {
                note(one, style)
            }
        }
    }

    private mutating func note(_ selector: ArraySlice<UInt8>, _ style: HTMLStyle) {
        let isHidden = style.isHidden || style.isVisible == false
        guard isHidden || style.saysDisplay else { return }
        let selector = selector.drop { $0.isHTMLSpace }.prefix { !$0.isHTMLSpace }
        guard let mark = selector.firstIndex(where: { $0 == dot || $0 == hash }) else { return }
        let name = selector[(mark + 1)...]
        guard !name.isEmpty, name.count <= Self.longestName,
            name.allSatisfy({ $0.isASCIILetterOrDigit || $0 == 0x2D || $0 == 0x5F }),
            selector[..<mark].allSatisfy(\.isASCIILetterOrDigit)
        else { return }
        if selector[mark] == dot {
            Self.set(name, isHidden: isHidden, in: &hiddenClasses)
        } else {
            Self.set(name, isHidden: isHidden, in: &hiddenIDs)
        }
    }

    private static func set(
        _ name: ArraySlice<UInt8>, isHidden: Bool, in names: inout [ArraySlice<UInt8>]
    ) {
        names.removeAll { $0.elementsEqual(name) }
        if isHidden, names.count < mostNames { names.append(name) }
    }

    /// Without comments in front (`/* ... */`, `<!--`) and white space.
    private static func clean(_ selector: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = selector.drop { $0.isHTMLSpace }
        while rest.starts(with: Array("/*".utf8)) {
            var end = rest.startIndex + 2
            while end + 1 < rest.endIndex,
                !(rest[end] == UInt8(ascii: "*") && rest[end + 1] == UInt8(ascii: "/"))
            {
                end += 1
            }
            rest = rest.dropFirst(min(end + 2, rest.endIndex) - rest.startIndex)
                .drop { $0.isHTMLSpace }
        }
        if rest.starts(with: Array("<!--".utf8)) { rest = rest.dropFirst(4) }
        return rest.drop { $0.isHTMLSpace }
    }

    private static func endOfBlock(_ bytes: [UInt8], from start: Int, limit: Int) -> Int {
        var depth = 1
        var position = start
        while position < limit, depth > 0 {
            if bytes[position] == UInt8(ascii: "{") { depth += 1 }
            if bytes[position] == UInt8(ascii: "}") { depth -= 1 }
            position += 1
        }
        return position
    }

    private static let mostNames = 64
    private static let longestName = 64
}

private let dot = UInt8(ascii: ".")
private let hash = UInt8(ascii: "#")
