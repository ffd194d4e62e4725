internal import Glibc

/// A regular expression of the operator's, for what of a message is not worth sending.
///
/// In: a POSIX extended expression, as in Postfix's `regexp:` tables, matched without regard to ASCII case.
/// Back-references, which could take for ever, and large counts, which could take all memory, are refused;
/// what is left takes at most the square of the text's length, and whoever asks bounds that. It is compiled
/// where it is used, in microseconds, and only if the operator has given one at all. Not Sendable.
@safe package final class OperatorPattern {
    private let compiled: UnsafeMutablePointer<regex_t>

    package init(_ expression: String) throws(OperatorPatternError) {
        if let reason = Self.objection(to: Array(expression.utf8)) {
            throw OperatorPatternError(expression: expression, reason: reason)
        }
        let pattern = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
        let code = unsafe regcomp(pattern, expression, REG_EXTENDED | REG_ICASE)
        guard code == 0 else {
            let reason = unsafe Self.reason(code, pattern)
            unsafe pattern.deallocate()
            throw OperatorPatternError(expression: expression, reason: reason)
        }
        // Only now: a throw from a class that is complete runs its deinit.
        unsafe compiled = pattern
    }

    deinit {
        unsafe regfree(compiled)
        unsafe compiled.deallocate()
    }

    package func matches(_ text: String) -> Bool {
        unsafe regexec(compiled, text, 0, nil, 0) == 0
    }

    /// How many bytes of UTF-8 it takes at the very beginning of a text; nil if it does not match there.
    func length(ofPrefixIn text: String) -> Int? {
        var match = regmatch_t()
        guard unsafe regexec(compiled, text, 1, &match, 0) == 0, match.rm_so == 0 else {
            return nil
        }
        return Int(match.rm_eo)
    }

    private static func reason(_ code: Int32, _ compiled: UnsafeMutablePointer<regex_t>) -> String {
        var text = [CChar](repeating: 0, count: 200)
        unsafe regerror(code, compiled, &text, text.count)
        return String(
            decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Why an expression is not taken, or nil.
    private static func objection(to bytes: [UInt8]) -> String? {
        if bytes.isEmpty { return "it is empty and would fit everything" }
        if bytes.count > longest { return "it has more than \(longest) bytes" }
        if bytes.contains(0) { return "it contains a NUL" }
        var counts = 0
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count {
                if bytes[index + 1].isASCIIDigit {
                    return "it has a back-reference; write out what should repeat"
                }
                index += 2
                continue
            }
            if bytes[index] == UInt8(ascii: "{") {
                counts += 1
                let numbers = bytes[(index + 1)...].prefix { $0 != UInt8(ascii: "}") }
                    .split(separator: UInt8(ascii: ","))
                    .compactMap { Int(String(decoding: $0, as: UTF8.self)) }
                if counts > mostCounts || numbers.contains(where: { $0 > largestCount }) {
                    return "it may hold \(mostCounts) counts in braces, "
                        + "none above \(largestCount); use * or + instead"
                }
            }
            index += 1
        }
        return nil
    }

    private static let longest = 500
    /// `{n,m}` is unrolled when compiled, and one in another multiplies.
    private static let mostCounts = 2
    private static let largestCount = 50
}

/// Why an expression cannot be used, and what it was.
package struct OperatorPatternError: Error, Hashable, CustomStringConvertible {
    package let expression: String
    package let reason: String

    package var description: String {
        "not a usable POSIX extended regular expression: \(reason)"
    }
}
