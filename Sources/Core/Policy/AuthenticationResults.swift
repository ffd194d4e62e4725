/// What our own MTA found out about a message's origin, from Authentication-Results fields.
///
/// In: the bodies of the fields that our own MTA wrote, from the top of the header down, the
/// authserv-id that the operator trusts, and what strangers wrote that such a field repeats. Of several
/// fields with that authserv-id the topmost one that speaks of a method decides. Which fields our own
/// MTA wrote, the caller has to know: a forged one says what it likes.
///
/// A pass proves one domain, which the field names: the author's for DMARC, the signer's for DKIM, the
/// envelope sender's for SPF. Rules are about the envelope sender, so a pass counts only for the domain
/// it is of or one below it: else whoever signs for a domain of his own could write any envelope.
package struct AuthenticationResults: Hashable, Sendable {
    /// By method, lower case; of the topmost field that speaks of it, in its order.
    private let results: [String: [Result]]
    /// What could have written a result of its own into the fields. Nil: nothing.
    private let disguise: Disguise?

    private struct Result: Hashable {
        /// `pass`, `fail`, …, lower case.
        let word: String
        /// Whose, lower case. Nil where the field does not say.
        let domain: String?

        func isOf(_ sender: String) -> Bool {
            guard let domain, !domain.isEmpty else { return false }
            return sender == domain || sender.hasSuffix(".\(domain)")
        }
    }

    /// What a method came to.
    package enum Verdict: Hashable, Sendable {
        case pass
        /// It could not be evaluated just now: `temperror` of RFC 8601 §2.7.
        case temporary
        /// It passes for another domain than the sender's; nil where the field names none.
        case passOfOther(String?)
        /// It passes, but what a stranger wrote may be why.
        case passInDisguise(Disguise)
        /// Anything else, with the result's word; nil where no field speaks of it.
        case fail(String?)
    }

    package init(fields: [String], disguise: Disguise? = nil, authservID: String) {
        var results: [String: [Result]] = [:]
        for field in fields {
            let statements = Self.statements(of: field)
            // "authserv-id [version]" // RFC 8601 §2.2
            guard statements.first?.first?.lowercased() == authservID.lowercased() else { continue }
            results.merge(Self.results(in: statements.dropFirst())) { above, _ in above }
        }
        self.results = results
        self.disguise = disguise
    }

    /// Whether a field may be taken for one with that authserv-id, however it is written.
    package static func isInTheName(of authservID: String, _ field: String) -> Bool {
        let name = Array(authservID.lowercased().utf8)
        let withoutComments = statements(of: field).first?.joined() ?? ""
        return [field, withoutComments].contains { text in
            let text = Array(text.lowercased().utf8)
            return text.indices.dropLast(max(0, name.count - 1)).contains {
                text[$0...].starts(with: name)
            }
        }
    }

    /// - Parameter sender: the reverse-path. Of the null one nothing can be proven, and a rule that
    ///   matches it names nobody: any pass will do.
    package func verdict(_ method: AuthenticationMethod, of sender: String) -> Verdict {
        guard let results = results[method.rawValue], let last = results.last else {
            return .fail(nil)
        }
        // A field may hold several results of one method, one for each signature: one is enough.
        let passes = results.filter { $0.word == "pass" }
        if !passes.isEmpty, let disguise = disguise ?? Disguise(reversePath: sender) {
            return .passInDisguise(disguise)
        }
        guard let domain = sender.lastIndex(of: "@").map({ sender[$0...].dropFirst().lowercased() })
        else {
            if sender.isEmpty, !passes.isEmpty { return .pass }
            return passes.isEmpty ? .of(last.word) : .passOfOther(passes.first?.domain)
        }
        if passes.contains(where: { $0.isOf(domain) }) { return .pass }
        guard let other = passes.first else { return .of(last.word) }
        return .passOfOther(other.domain)
    }

    private static func results(in statements: some Sequence<[String]>) -> [String: [Result]] {
        var results: [String: [Result]] = [:]
        for statement in statements where statement.count >= 3 && statement[1] == "=" {
            // The method may carry a version: "spf/1=pass".
            let method = statement[0].lowercased().prefix { $0 != "/" }
            let result = Result(
                word: statement[2].lowercased(),
                domain: AuthenticationMethod(rawValue: String(method)).flatMap {
                    $0.domain(in: statement)
                })
            results[String(method), default: []].append(result)
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
            // QUIRK: RFC 8601 §2.2 allows a comment right behind a value. But a value that a
            // stranger chose, d=good.example(.evil.example, must not end in the middle.
            case UInt8(ascii: "(")
            where !word.isEmpty && statements[statements.count - 1].count >= 5:
                word.append(byte)
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

extension AuthenticationResults.Verdict {
    fileprivate static func of(_ word: String) -> Self {
        // QUIRK: RFC 8601 §2.7.1 says temperror; Exim 4.96 writes tmperror.
        ["temperror", "tmperror"].contains(word) ? .temporary : .fail(word)
    }
}

extension AuthenticationMethod {
    /// The property that says whom a result is about. RFC 8601 §2.7, RFC 7489 §11.1
    private var property: String {
        switch self {
        case .dmarc: "header.from"
        case .dkim: "header.d"
        case .spf: "smtp.mailfrom"
        }
    }

    /// Words and `=` of one result: `dmarc = pass header.from = a.example`.
    fileprivate func domain(in statement: [String]) -> String? {
        for index in statement.indices.dropFirst(3).dropLast(2)
        where statement[index].lowercased() == property && statement[index + 1] == "=" {
            let value = statement[index + 2].lowercased()
            // SPF may name the whole address.
            return value.lastIndex(of: "@").map { String(value[$0...].dropFirst()) } ?? value
        }
        return nil
    }
}
