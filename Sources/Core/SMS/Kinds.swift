internal import CoreText

/// Some of the kinds of blocks. A `Set` of them would hash their names at each look.
struct Kinds: OptionSet {
    let rawValue: UInt8

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ kind: TextBlock.Kind) { rawValue = 1 << UInt8(kind.index) }

    init(_ kinds: Set<TextBlock.Kind>) {
        self = kinds.reduce(into: []) { $0.formUnion(Kinds($1)) }
    }

    func contains(_ kind: TextBlock.Kind) -> Bool { contains(Kinds(kind)) }
}

/// A number for each kind of block.
struct KindCounts {
    private var counts: InlineArray<5, Int>

    init(each count: Int) { counts = InlineArray(repeating: count) }

    subscript(kind: TextBlock.Kind) -> Int {
        get { counts[kind.index] }
        set { counts[kind.index] = newValue }
    }
}

extension TextBlock.Kind {
    fileprivate var index: Int {
        switch self {
        case .body: 0
        case .quote: 1
        case .signature: 2
        case .footer: 3
        case .disclaimer: 4
        }
    }
}
