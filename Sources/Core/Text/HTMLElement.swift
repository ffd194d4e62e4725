/// What an HTML element does to the text: breaks lines, hides its content, makes a list.
///
/// An element that the table does not know does nothing, as in a browser.
struct HTMLElement: OptionSet, Sendable {
    let rawValue: UInt16

    /// Begins and ends a line.
    static let block = HTMLElement(rawValue: 1 << 0)
    /// Stands apart by a blank line; a block too.
    static let paragraph = HTMLElement(rawValue: 1 << 1)
    /// Stands apart from the cell before by a blank.
    static let cell = HTMLElement(rawValue: 1 << 2)
    static let row = HTMLElement(rawValue: 1 << 3)
    static let table = HTMLElement(rawValue: 1 << 4)
    static let list = HTMLElement(rawValue: 1 << 5)
    static let orderedList = HTMLElement(rawValue: 1 << 6)
    static let listItem = HTMLElement(rawValue: 1 << 7)
    /// Its content is not shown.
    static let skipped = HTMLElement(rawValue: 1 << 8)
    /// White space in it stands as it is.
    static let preformatted = HTMLElement(rawValue: 1 << 9)
    static let quotation = HTMLElement(rawValue: 1 << 10)
    /// Has no content and no end tag.
    static let void = HTMLElement(rawValue: 1 << 11)
    /// Markup in its content means nothing; only its own end tag ends it.
    static let raw = HTMLElement(rawValue: 1 << 12)
    static let lineBreak = HTMLElement(rawValue: 1 << 13)
    static let link = HTMLElement(rawValue: 1 << 14)
    static let image = HTMLElement(rawValue: 1 << 15)

    init(rawValue: UInt16) { self.rawValue = rawValue }

    /// - Parameter name: in small letters.
    init(named name: ArraySlice<UInt8>) {
        self = []
        guard let record = Self.names.find(name) else { return }
        for letter in record.value {
            switch letter {
            case UInt8(ascii: "A"): insert(.link)
            case UInt8(ascii: "B"): insert(.block)
            case UInt8(ascii: "C"): insert(.cell)
            case UInt8(ascii: "I"): insert([.listItem, .block])
            case UInt8(ascii: "L"): insert([.list, .paragraph, .block])
            case UInt8(ascii: "N"): insert(.lineBreak)
            case UInt8(ascii: "O"): insert([.list, .orderedList, .paragraph, .block])
            case UInt8(ascii: "P"): insert([.paragraph, .block])
            case UInt8(ascii: "Q"): insert([.quotation, .paragraph, .block])
            case UInt8(ascii: "R"): insert([.row, .block])
            case UInt8(ascii: "S"): insert(.skipped)
            case UInt8(ascii: "T"): insert([.table, .paragraph, .block])
            case UInt8(ascii: "V"): insert(.void)
            case UInt8(ascii: "W"): insert(.raw)
            case UInt8(ascii: "Y"): insert([.preformatted, .paragraph, .block])
            default: insert(.image)
            }
        }
    }

    /// Written from HTML's chapters 4 (elements), 13.1.2 (void and raw text) and 15 (rendering), read
    /// on 2026-11-21. Letters as in the initializer; `M` is an image. `xml` is what Word leaves behind.
    private static let names = StaticTable(
        """
        a:A address:B applet:S area:V article:B aside:B audio:S base:V blockquote:Q body:B br:VN \
        caption:B center:B col:V dd:B details:B dialog:B dir:L div:B dl:P dt:B embed:V fieldset:B \
        figcaption:B figure:P footer:B form:B frame:V h1:P h2:P h3:P h4:P h5:P h6:P header:B hr:VP \
        html:B iframe:WS img:VM input:V legend:B li:I link:V listing:Y main:B menu:L meta:V nav:B \
        noembed:WS noframes:WS object:S ol:O optgroup:B option:B p:P param:V pre:Y script:WS \
        section:B source:V style:WS summary:B svg:S table:T tbody:B td:C template:S textarea:WB \
        tfoot:B th:C thead:B title:WS tr:R track:V ul:L video:S wbr:V xml:S xmp:WY
        """)
}
