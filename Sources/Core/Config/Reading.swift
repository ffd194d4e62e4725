/// What is gathered while one configuration is read: faults, doubts and the keys that exist.
///
/// Lives as long as one `Configuration.load` and is not handed on.
final class Reading {
    /// As the operator named it. Nil when there is no file.
    let file: String?
    /// The file's folder: where relative paths in it start.
    let folder: String
    /// Who may read the file; a secret that stands in it itself is only as safe as that.
    let permissions: FilePermissions?
    private(set) var problems: [ConfigurationError] = []
    var doubts: [String] = []
    /// Every key asked for, in order: `twilio.timeout`, `route.domain`.
    private(set) var keys: [String] = []
    private var unknown: [UnknownKey] = []

    /// A key that nobody asked for, with what may stand in its place. No reference to the section: it
    /// holds this object.
    private struct UnknownKey {
        let key: String
        let title: String?
        let known: [String]
        let position: TOMLNode.Position
    }

    init(file: String?, permissions: FilePermissions?) {
        self.file = file
        self.permissions = permissions
        let slash = file?.lastIndex(of: "/")
        folder = slash.flatMap { slash in file.map { String($0[..<slash]) } } ?? "."
    }

    func problem(at position: TOMLNode.Position?, _ text: String) {
        problems.append(ConfigurationError(file: file, position: position, text: text))
    }

    func note(key: String) { keys.append(key) }

    func note(unknown key: String, in section: Section, at position: TOMLNode.Position) {
        unknown.append(
            UnknownKey(key: key, title: section.title, known: section.known, position: position))
    }

    /// A path that an operator wrote; a relative one starts at the file's folder.
    func path(_ text: String) -> String { text.hasPrefix("/") ? text : "\(folder)/\(text)" }

    /// Throws the first fault in the order of the file, with all others in `further`.
    func finish() throws(ConfigurationError) {
        for one in unknown { problem(at: one.position, explanation(of: one)) }
        let ordered = problems.sorted {
            ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0)
        }
        guard var first = ordered.first else { return }
        first.further = Array(ordered.dropFirst())
        throw first
    }

    private func explanation(of unknown: UnknownKey) -> String {
        let key = unknown.key
        let place = unknown.title.map { " in \($0)" } ?? ""
        let fault = "unknown key '\(key)'\(place)"
        if let near = Suggestion.nearest(to: key, among: unknown.known) {
            return "\(fault); did you mean '\(near)'?"
        }
        let elsewhere = keys.first { $0.hasSuffix(".\(key)") }.flatMap {
            $0.split(separator: ".").first
        }
        if let elsewhere {
            return "\(fault); '\(key)' belongs in \(Section.title(of: String(elsewhere)))"
        }
        if unknown.title != nil, keys.contains(key) {
            return "\(fault); '\(key)' belongs above the first [table]"
        }
        return "\(fault); it may have: \(unknown.known.sorted().joined(separator: ", "))"
    }
}
