internal import CLinux
internal import CoreConfig
internal import CoreSystem

/// The words behind a command: options with values first, then names.
struct CommandOptions {
    private var words: [String]

    init(_ words: [String]) { self.words = words }

    /// Whether a flag is given; it is taken out.
    mutating func flag(_ name: String) -> Bool {
        guard let index = optionIndex(name) else { return false }
        words.remove(at: index)
        return true
    }

    /// The value of an option, `--name VALUE` or `--name=VALUE`; both are taken out.
    mutating func value(_ name: String) throws(CommandError) -> String? {
        if let index = optionIndex(name) {
            guard index + 1 < words.count else { throw .usage("\(name) wants a value") }
            defer { words.removeSubrange(index...(index + 1)) }
            return words[index + 1]
        }
        let prefix = "\(name)="
        guard name.hasPrefix("--"), let index = words.firstIndex(where: { $0.hasPrefix(prefix) })
        else { return nil }
        return String(words.remove(at: index).dropFirst(prefix.count))
    }

    /// What is left. Throws for an option that nobody took.
    func rest() throws(CommandError) -> [String] {
        let end = words.firstIndex(of: "--") ?? words.endIndex
        if let unknown = words[..<end].first(where: { $0.hasPrefix("-") && $0 != "-" }) {
            throw .usage("unknown option \(unknown)")
        }
        return Array(words[..<end] + words[end...].dropFirst())
    }

    private func optionIndex(_ name: String) -> Int? {
        let end = words.firstIndex(of: "--") ?? words.endIndex
        return words[..<end].firstIndex(of: name)
    }

    /// The configuration that `-C FILE` or the environment names.
    static func configuration(_ path: String?) throws(CommandError) -> Configuration {
        do throws(ConfigurationError) {
            return try Configuration.load(path: path, environment: Environment.variables)
        } catch {
            throw CommandError(description: "\(error)", exit: EX_CONFIG)
        }
    }
}
