/// One table of the configuration, asked key by key.
///
/// Asking makes a key known; what nobody asked for is refused by `finish()`. A value of the wrong
/// kind becomes a fault in `reading`, and the default is used so that reading goes on and finds
/// the next fault too.
final class Section {
    let reading: Reading
    /// `twilio`, `route`, ...; empty for the top of the file.
    let name: String
    let position: TOMLNode.Position?
    private let entries: [TOMLNode.Entry]
    private(set) var known: [String] = []

    /// - Parameter node: a table; nil for one that is not in the file.
    init(_ name: String, _ node: TOMLNode?, _ reading: Reading) {
        self.name = name
        self.reading = reading
        position = node?.position
        if case .table(let entries) = node?.value { self.entries = entries } else { entries = [] }
    }

    /// Tables that stand in the file as often as the operator likes.
    private static let repeated: Set<String> = ["route", "sender", "limit"]

    static func title(of name: String) -> String {
        repeated.contains(name) ? "[[\(name)]]" : "[\(name)]"
    }

    /// How the section is written in the file. Nil for the top.
    var title: String? { name.isEmpty ? nil : Self.title(of: name) }

    func problem(_ key: String, _ text: String) {
        reading.problem(at: entry(key)?.position ?? position, "\(key): \(text)")
    }

    /// Refuses what was not asked for.
    func finish() {
        for entry in entries where !known.contains(entry.key) {
            reading.note(unknown: entry.key, in: self, at: entry.node.position)
        }
    }

    func contains(_ key: String) -> Bool { entry(key) != nil }

    private func entry(_ key: String) -> TOMLNode? { entries.first { $0.key == key }?.node }

    private func ask(_ key: String) -> TOMLNode? {
        known.append(key)
        // The key table has the kind of section, not the name that an operator gave to one.
        let kind = name.split(separator: ".").first ?? ""
        reading.note(key: kind.isEmpty ? key : "\(kind).\(key)")
        return entry(key)
    }

    // MARK: Scalars

    /// Nil when absent, and when it is not a string.
    func string(_ key: String) -> String? {
        guard let node = ask(key) else { return nil }
        guard case .string(let text) = node.value else {
            problem(key, "a string in quotes is wanted, not \(node.value.kind)")
            return nil
        }
        return text
    }

    /// Nil when absent, empty, or refused by `parse`; `hint` says what is wanted.
    func parsed<Value>(
        _ key: String, _ hint: String, _ parse: (String) -> Value?
    ) -> Value? {
        guard let text = string(key), !text.isEmpty else { return nil }
        guard let value = parse(text) else {
            problem(key, "\"\(text)\" is not \(hint)")
            return nil
        }
        return value
    }

    func duration(
        _ key: String, in range: ClosedRange<Duration> = .milliseconds(1)...maximumDuration
    ) -> Duration? {
        guard let value = parsed(key, Quantity.durationHint, Quantity.duration) else { return nil }
        guard range.contains(value) else {
            problem(key, "\(range.lowerBound) to \(range.upperBound) is possible, not \(value)")
            return nil
        }
        return value
    }

    /// Ten years: longer is a slip of the pen.
    static let maximumDuration = Duration.seconds(10 * 366 * 86_400)

    func byteCount(_ key: String, default value: Int) -> Int {
        parsed(key, Quantity.sizeHint) { text in
            Quantity.byteCount(text).flatMap { $0 > 0 ? $0 : nil }
        } ?? value
    }

    func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let node = ask(key) else { return nil }
        guard case .integer(let number) = node.value, let value = Int(exactly: number),
            range.contains(value)
        else {
            let most = range.upperBound == .max ? "up" : "to \(range.upperBound)"
            problem(
                key,
                "a whole number from \(range.lowerBound) \(most) is wanted, not \(node.value.text)")
            return nil
        }
        return value
    }

    func boolean(_ key: String) -> Bool? {
        guard let node = ask(key) else { return nil }
        guard case .boolean(let value) = node.value else {
            problem(key, "true or false is wanted (without quotes), not \(node.value.text)")
            return nil
        }
        return value
    }

    /// One word of a closed set.
    func choice<Value: RawRepresentable<String> & CaseIterable>(_ key: String) -> Value? {
        guard let text = string(key), !text.isEmpty else { return nil }
        guard let value = Value(rawValue: text) else {
            problem(key, Self.unknown(word: text, among: Value.allCases.map(\.rawValue)))
            return nil
        }
        return value
    }

    private static func unknown(word: String, among words: [String]) -> String {
        let near = Suggestion.nearest(to: word, among: words).map { "; did you mean \"\($0)\"?" }
        let all = words.map { "\"\($0)\"" }.joined(separator: ", ")
        return "\"\(word)\" is not one of \(all)\(near ?? "")"
    }

    // MARK: Lists

    /// A list of strings, or one string alone. Nil when absent.
    func strings(_ key: String) -> [String]? { ask(key).map { texts(of: $0, key: key) } }

    /// A list of which each text must be understood by `parse`.
    func list<Value>(
        _ key: String, _ hint: String, _ parse: (String) -> Value?
    ) -> [Value]? {
        strings(key)?.compactMap { text in
            let value = parse(text)
            if value == nil { problem(key, "\"\(text)\" is not \(hint)") }
            return value
        }
    }

    /// A list of words of a closed set.
    func choices<Value: RawRepresentable<String> & CaseIterable>(_ key: String) -> [Value]? {
        strings(key)?.compactMap { text in
            let value = Value(rawValue: text)
            if value == nil {
                problem(key, Self.unknown(word: text, among: Value.allCases.map(\.rawValue)))
            }
            return value
        }
    }

    /// Every key of this table with its list of strings: a table whose keys are the operator's.
    func allLists() -> [(key: String, texts: [String], position: TOMLNode.Position)] {
        entries.map { entry in
            known.append(entry.key)
            return (entry.key, texts(of: entry.node, key: entry.key), entry.node.position)
        }
    }

    private func texts(of node: TOMLNode, key: String) -> [String] {
        if case .string(let text) = node.value { return [text] }
        guard case .array(let elements) = node.value else {
            problem(key, "a list of strings is wanted, not \(node.value.text)")
            return []
        }
        return elements.compactMap { element in
            if case .string(let text) = element.value { return text }
            reading.problem(
                at: element.position,
                "\(key): a list of strings is wanted; \(element.value.text) is none")
            return nil
        }
    }

    // MARK: Tables in this one

    /// `[key]`. One that is absent is empty, so that its defaults are read the same way.
    func table(_ key: String) -> Section {
        known.append(key)
        let node = entry(key)
        if let node, !node.value.isTable {
            problem(key, "a table is wanted: write [\(key)] on a line of its own")
        }
        return Section(key, node, reading)
    }

    /// `[[key]]`, in the order of the file.
    func tables(_ key: String) -> [Section] {
        known.append(key)
        guard let node = entry(key) else { return [] }
        guard case .array(let elements) = node.value, elements.allSatisfy(\.value.isTable) else {
            problem(key, "tables are wanted: write [[\(key)]] in front of each")
            return []
        }
        return elements.map { Section(key, $0, reading) }
    }

    /// `[key.NAME]`, in the order of the file.
    func namedTables(_ key: String) -> [(name: String, section: Section)] {
        known.append(key)
        guard let node = entry(key) else { return [] }
        guard case .table(let entries) = node.value, entries.allSatisfy(\.node.value.isTable) else {
            problem(key, "named tables are wanted: write [\(key).NAME] in front of each")
            return []
        }
        return entries.map { ($0.key, Section("\(key).\($0.key)", $0.node, reading)) }
    }
}

extension TOMLNode.Value {
    fileprivate var isTable: Bool { if case .table = self { true } else { false } }

    /// What kind of value it is, for a person.
    fileprivate var kind: String {
        switch self {
        case .table: "a table"
        case .array: "a list"
        case .string: "a string"
        case .integer, .real: "a number"
        case .boolean: "true or false"
        case .date: "a date"
        }
    }

    /// The value itself where it is short, else its kind. Never given a secret.
    fileprivate var text: String {
        switch self {
        case .string(let text) where text.utf8.count <= 40: "\"\(text)\""
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .boolean(let value): "\(value)"
        case .table, .array, .string, .date: kind
        }
    }
}
