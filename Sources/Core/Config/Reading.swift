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
    private var unknown: [(section: Section, key: String, position: TOMLNode.Position)] = []

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
        unknown.append((section, key, position))
    }

    /// A path that an operator wrote; a relative one starts at the file's folder.
    func path(_ text: String) -> String { text.hasPrefix("/") ? text : "\(folder)/\(text)" }

    /// Throws the first fault in the order of the file, with all others in `further`.
    func finish() throws(ConfigurationError) {
        for (section, key, position) in unknown {
            problem(at: position, explanation(of: key, in: section))
        }
        let ordered = problems.sorted {
            ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0)
        }
        guard var first = ordered.first else { return }
        first.further = Array(ordered.dropFirst())
        throw first
    }

    private func explanation(of key: String, in section: Section) -> String {
        let place = section.title.map { " in \($0)" } ?? ""
        let fault = "unknown key '\(key)'\(place)"
        let elsewhere = keys.filter { $0.hasSuffix(".\(key)") }.compactMap { path in
            path.split(separator: ".").first.map { Section.title(of: String($0)) }
        }
        if let near = Suggestion.nearest(to: key, among: section.known) {
            return "\(fault); did you mean '\(near)'?"
        }
        if let other = elsewhere.first { return "\(fault); '\(key)' belongs in \(other)" }
        if section.title != nil, keys.contains(key) {
            return "\(fault); '\(key)' belongs above the first [table]"
        }
        return "\(fault); it may have: \(section.known.sorted().joined(separator: ", "))"
    }
}
