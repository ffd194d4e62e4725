/// Joins the lines of a `text/plain; format=flowed` body (RFC 3676) back into paragraphs.
///
/// In: decoded text with LF line ends. Out: one line for each paragraph, quoted ones led by their `>` marks
/// and a blank. A line that ends with a blank goes on in the next, if that has the same quote depth
/// and is no signature separator; `delsp` takes the joining blank away. Linear in the text; it cannot fail.
/// It does not touch other texts that were wrapped at 72 columns: an alert's layout must stay.
package enum FormatFlowed {
    package static func unfold(_ text: String, delsp: Bool = false) -> String {
        String(decoding: unfold(Array(text.utf8), delsp: delsp), as: UTF8.self)
    }

    static func unfold(_ bytes: [UInt8], delsp: Bool) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        /// Quote depth of the paragraph that goes on in the next line, or nil.
        var openDepth: Int?
        var isFirst = true
        for line in bytes.split(separator: lineFeed, omittingEmptySubsequences: false) {
            let depth = line.prefix { $0 == UInt8(ascii: ">") }.count  // RFC 3676 §4.5
            var content = line.dropFirst(depth)
            // RFC 3676 §4.4
            if content.first == UInt8(ascii: " ") { content = content.dropFirst() }
            let isSeparator = content.elementsEqual(signatureSeparator)  // RFC 3676 §4.3
            let isFlowed = content.last == UInt8(ascii: " ") && !isSeparator
            if isFlowed && delsp { content = content.dropLast() }

            if openDepth != depth || isSeparator {
                if !isFirst { output.append(lineFeed) }
                if depth > 0 {
                    output.append(contentsOf: line.prefix(depth))
                    output.append(UInt8(ascii: " "))
                }
            }
            output.append(contentsOf: content)
            openDepth = isFlowed ? depth : nil
            isFirst = false
        }
        return output
    }
}

private let lineFeed = UInt8(ascii: "\n")
private let signatureSeparator = Array("-- ".utf8)
