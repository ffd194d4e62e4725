/// What our own MTA found out about a message's origin, from Authentication-Results fields.
///
/// In: the fields' bodies from the top of the header down, and the authserv-id that the operator
/// trusts. Of several fields with that authserv-id the topmost one that speaks of a method decides:
/// our MTA writes above what came in. It does not defend against an MTA that neither writes such a
/// field nor removes forged ones (RFC 8601 §5); the operator sees to that.
package struct AuthenticationResults: Hashable, Sendable {
    /// Method → result, both lower case: `dmarc` → `pass`.
    private let results: [String: String]

    /// What a method came to.
    package enum Verdict: Hashable, Sendable {
        case pass
        /// It could not be evaluated just now: `temperror` of RFC 8601 §2.7.
        case temporary
        /// Anything else, with the result's word; nil where no field speaks of it.
        case fail(String?)
    }

    package init(fields: [String], authservID: String) {
        var results: [String: String] = [:]
        for field in fields {
            let statements = Self.statements(of: field)
            // "authserv-id [version]" // RFC 8601 §2.2
            guard statements.first?.first?.lowercased() == authservID.lowercased() else { continue }
            results.merge(Self.results(in: statements.dropFirst())) { above, _ in above }
        }
        self.results = results
    }

    package func verdict(_ method: AuthenticationMethod) -> Verdict {
        switch results[method.rawValue] {
        case "pass": .pass
        case "temperror": .temporary
        case let other: .fail(other)
        }
    }

    /// A field may hold several results of one method, one for each signature: one pass is enough.
    private static func results(in statements: some Sequence<[String]>) -> [String: String] {
        var results: [String: String] = [:]
        for statement in statements where statement.count >= 3 && statement[1] == "=" {
            // The method may carry a version: "spf/1=pass".
            let method = statement[0].lowercased().prefix { $0 != "/" }
            results.merge([String(method): statement[2].lowercased()]) { earlier, later in
                earlier == "pass" ? earlier : later
            }
        }
        return results
    }

    /// Splits at `;` into words and `=`, without comments; a quoted string is one word.
    private static func statements(of field: String) -> [[String]] {
        var statements: [[String]] = [[]]
        var word: [UInt8] = []
        var depth = 0
        var isQuoted = false
        var isEscaped = false
        func endWord() {
            if !word.isEmpty {
                statements[statements.count - 1].append(String(decoding: word, as: UTF8.self))
            }
            word = []
        }
        for byte in field.utf8 {
            if isEscaped {
                isEscaped = false
                if depth == 0 { word.append(byte) }
                continue
            }
            switch byte {
            case UInt8(ascii: "\\") where isQuoted || depth > 0: isEscaped = true
            case UInt8(ascii: "\"") where depth == 0: isQuoted.toggle()
            case _ where isQuoted: word.append(byte)
            case UInt8(ascii: "("):
                endWord()
                depth += 1
            case UInt8(ascii: ")"): depth = max(0, depth - 1)
            case _ where depth > 0: break
            case UInt8(ascii: ";"):
                endWord()
                statements.append([])
            case UInt8(ascii: "="):
                endWord()
                statements[statements.count - 1].append("=")
            case 0...32: endWord()
            default: word.append(byte)
            }
        }
        endWord()
        return statements
    }
}
