internal import CoreSystem

/// Takes from a text what a phone would not show, or would show to deceive.
///
/// Controls, zero-width characters and everything that turns the direction of writing go; all
/// line ends become LF, all blanks one plain blank; runs of blanks and of blank lines shrink to
/// one; a letter keeps ten combining marks. Linear in the text, in every encoding mode.
enum CleanText {
    /// Whole lines, without blanks or blank lines at either end. Stops at `limit` scalars.
    static func lines(_ text: String, limit: Int = .max) -> String {
        clean(text, keepsLines: true, limit: limit)
    }

    /// One line: a subject, a name.
    static func line(_ text: String) -> String {
        clean(text, keepsLines: false, limit: 2 * CompositionOptions.characterLimit)
    }

    /// Combining characters on one letter; no script stacks more.
    private static let mostMarks = 10

    private static func clean(_ text: String, keepsLines: Bool, limit: Int) -> String {
        if let text = clean(ascii: text.utf8.span, keepsLines: keepsLines, limit: limit) {
            return text
        }
        var output = Output(keepsLines: keepsLines, limit: limit, capacity: text.utf8.count)
        output.take(text)
        return String(decoding: output.bytes, as: UTF8.self)
    }

    /// The same as `Output.take` for a text that is ASCII, as most alerts are: there no character's
    /// role depends on others. Nil if it is not. A fifth of the time.
    private static func clean(ascii octets: Span<UInt8>, keepsLines: Bool, limit: Int) -> String? {
        guard octets.isASCII else { return nil }
        var bytes: [UInt8] = []
        let mostBytes = limit < octets.count / 3 ? 3 * limit : octets.count
        bytes.append(addingCapacity: mostBytes) { bytes in
            var index = 0
            var room = limit
            var isBlank = false
            var lineEnds = 0
            while index < octets.count, room > 0 {
                let octet = octets[index]
                if octet == 0x20 || octet == 0x09 {
                    isBlank = true
                    index += 1
                } else if octet &- 0x0A <= 3 {
                    isBlank = true
                    let isSecondHalf = octet == 0x0A && index > 0 && octets[index - 1] == 0x0D
                    if !isSecondHalf { lineEnds += 1 }
                    index += 1
                } else if octet &- 0x21 > 0x5D {
                    index += 1
                } else {
                    if isBlank, !bytes.isEmpty {
                        let isLineEnd = lineEnds > 0 && keepsLines
                        bytes.append(UInt8(ascii: isLineEnd ? "\n" : " "))
                        if isLineEnd && lineEnds > 1 { bytes.append(UInt8(ascii: "\n")) }
                    }
                    isBlank = false
                    lineEnds = 0
                    let start = index
                    let end = octets.count - start < room ? octets.count : start + room
                    while index < end, octets[index] &- 0x21 <= 0x5D {
                        bytes.append(octets[index])
                        index += 1
                    }
                    room -= index - start
                }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What is kept so far, and what stood behind it.
    private struct Output {
        let keepsLines: Bool
        let limit: Int
        private(set) var bytes: [UInt8] = []
        /// Scalars that were not white space.
        private var count = 0
        private var isBlank = false
        private var lineEnds = 0

        init(keepsLines: Bool, limit: Int, capacity: Int) {
            self.keepsLines = keepsLines
            self.limit = limit
            bytes.reserveCapacity(min(capacity, 4 * min(limit, 1 << 16)))
        }

        mutating func take(_ text: String) {
            var previous: Unicode.Scalar = "\n"
            var wasReturn = false
            var marks = 0
            var scalars = text.unicodeScalars.makeIterator()
            var next = scalars.next()
            while let scalar = next, count < limit {
                next = scalars.next()
                let isSecondHalf = scalar == "\n" && wasReturn
                wasReturn = scalar == "\r"
                let isMark = scalar.value >= 0x300 && scalar.properties.isGraphemeExtend
                marks = isMark ? marks + 1 : 0
                switch role(of: scalar, after: previous, before: next) {
                case _ where marks > mostMarks: continue
                case .nothing: continue
                case .blank:
                    isBlank = true
                    previous = " "
                case .lineEnd:
                    endLine(isSecondHalf: isSecondHalf)
                    previous = " "
                case .shown:
                    separate()
                    bytes.append(contentsOf: scalar.utf8)
                    previous = scalar
                }
            }
        }

        /// CR LF is one line end.
        private mutating func endLine(isSecondHalf: Bool) {
            isBlank = true
            if !isSecondHalf { lineEnds += 1 }
        }

        /// Puts what stood between two characters that are shown, as little as it may be.
        private mutating func separate() {
            count += 1
            guard isBlank else { return }
            if !bytes.isEmpty {
                let isLineEnd = lineEnds > 0 && keepsLines
                bytes.append(UInt8(ascii: isLineEnd ? "\n" : " "))
                if isLineEnd && lineEnds > 1 { bytes.append(UInt8(ascii: "\n")) }
            }
            isBlank = false
            lineEnds = 0
        }
    }

    private enum Role { case shown, blank, lineEnd, nothing }

    private static func role(
        of scalar: Unicode.Scalar, after previous: Unicode.Scalar, before next: Unicode.Scalar?
    ) -> Role {
        switch scalar.value {
        case 0x21...0x7E: .shown
        case 0x20, 0x09: .blank
        // LF, VT, FF, CR, NEL, line separator, paragraph separator.
        case 0x0A...0x0D, 0x85, 0x2028, 0x2029: .lineEnd
        case 0x00...0x1F, 0x7F...0x9F: .nothing
        // No-break space, the spaces of every width, Ogham's, the Hangul fillers, Braille's.
        case 0xA0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x115F, 0x1160, 0x3164, 0xFFA0: .blank
        // Zero-width joiner and non-joiner: only between letters of scripts that need them, and
        // inside emoji. Mail programs pad hidden text with thousands.
        case 0x200C, 0x200D: isJoined(previous) && next.map(isJoined) == true ? .shown : .nothing
        // Soft hyphen, grapheme joiner, Mongolian vowel separator, zero-width space, marks of
        // direction, word joiner and invisible operators, deprecated format characters, byte
        // order mark, interlinear annotation.
        case 0xAD, 0x34F, 0x180E, 0x200B, 0x200E, 0x200F, 0x61C, 0x2060...0x2064, 0x206A...0x206F,
            0xFEFF, 0xFFF9...0xFFFB:
            .nothing
        // Embeddings, overrides and isolates of direction: they make "exe.jpg" of "gpj.exe".
        case 0x202A...0x202E, 0x2066...0x2069: .nothing
        // A variation selector means nothing behind a blank; behind ASCII only in a keycap.
        case 0xFE00...0xFE0F:
            previous.value >= 0x80 || (previous.value > 0x20 && next?.value == 0x20E3)
                ? .shown : .nothing
        // Tags: only in the flags that emoji spell with them (England, Scotland, Wales).
        case 0xE0000...0xE0FFF:
            previous.value == 0x1F3F4 || (0xE0020...0xE007F).contains(previous.value)
                ? .shown : .nothing
        // A mark with no letter to stand on.
        case 0x300... where previous.value <= 0x20 && scalar.properties.isGraphemeExtend: .nothing
        // Noncharacters.
        case _ where scalar.value & 0xFFFE == 0xFFFE: .nothing
        default: .shown
        }
    }

    private static func isJoined(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x300 && !scalar.properties.isWhitespace
            && !scalar.properties.isDefaultIgnorableCodePoint
            || (0xFE00...0xFE0F).contains(scalar.value)
    }
}
