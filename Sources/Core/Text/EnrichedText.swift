/// text/enriched (RFC 1896) and its forerunner text/richtext (RFC 1341) as plain text.
///
/// Commands in angle brackets are left out, `<<` is one, `<param>` goes with its content. In text/enriched
/// one line end is a blank and more of them are one less; in text/richtext `<nl>` ends a line and `<lt>` is
/// an angle bracket.
enum EnrichedText {
    static func plain(from bytes: [UInt8], isRichText: Bool) -> [UInt8] {
        var output: [UInt8] = []
        var isInParameter = false
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "<") {
                if !isRichText, index + 1 < bytes.count, bytes[index + 1] == byte {
                    if !isInParameter { output.append(byte) }
                    index += 2
                    continue
                }
                let end = bytes[index...].prefix(longestCommand).firstIndex(of: UInt8(ascii: ">"))
                guard let end else {
                    if !isInParameter { output.append(byte) }
                    index += 1
                    continue
                }
                let command = bytes[(index + 1)..<end]
                if command.equalsIgnoringCase("param") || command.equalsIgnoringCase("comment") {
                    isInParameter = true
                }
                if command.equalsIgnoringCase("/param") || command.equalsIgnoringCase("/comment") {
                    isInParameter = false
                }
                if isRichText, command.equalsIgnoringCase("nl") { output.append(0x0A) }
                if isRichText, command.equalsIgnoringCase("lt") { output.append(byte) }
                index = end + 1
            } else if byte == 0x0A {
                let run = bytes[index...].prefix { $0 == 0x0A }.count
                if !isInParameter {
                    let ends = isRichText || run == 1 ? 0 : run - 1
                    output.append(
                        contentsOf: repeatElement(ends == 0 ? 0x20 : 0x0A, count: max(ends, 1)))
                }
                index += run
            } else {
                if !isInParameter { output.append(byte) }
                index += 1
            }
        }
        return output
    }

    /// RFC 1896 §4 allows 60 characters.
    private static let longestCommand = 64
}
