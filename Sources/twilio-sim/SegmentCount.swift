/// The number of SMS a text needs, for the texts whose characters are ASCII or plainly not GSM-7.
struct SegmentCount {
    let segments: Int

    init(_ text: String) {
        let isPlain = text.utf8.allSatisfy { $0 < 127 && $0 != UInt8(ascii: "`") }
        let (alone, joined) = isPlain ? (160, 153) : (70, 67)
        let extended = isPlain ? text.utf8.count { "^{}\\[~]|".utf8.contains($0) } : 0
        let units = text.utf16.count + extended
        segments = units <= alone ? 1 : (units + joined - 1) / joined
    }
}
