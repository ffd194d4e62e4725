internal import CoreAddress
internal import CoreConfig
internal import CorePolicy

/// Where a recipient's message goes and how: the numbers behind the address, and the settings of its
/// route and option.
///
/// Pure. In: a forward-path, the envelope, the configuration. Out: at least one number, without
/// repetition, or the problem. Aliases may name aliases; a member that is no number is a fault of the
/// configuration, so its mail waits.
struct Routing: Sendable {
    let path: ForwardPath
    /// The route's name; `default` when none matches.
    let route: String
    /// The table of the option behind the `+`, when there is one.
    let option: OptionSettings?
    let choices: MessageChoices
    let numbers: [PhoneNumber]

    init(
        _ recipient: String, _ envelope: Envelope, _ configuration: Configuration
    ) throws(Problem) {
        let path = ForwardPath(recipient)
        let sender = Sender(envelope)
        let route = configuration.routes.first { $0.matches(path, sender) }
        let named = path.option.flatMap { configuration.options[$0.lowercased()] }
        let choices = (named?.choices ?? MessageChoices())
            .filled(from: route?.choices ?? MessageChoices()).filled(from: configuration.choices)

        guard let region = Region(route?.region ?? configuration.defaultRegion) else {
            throw Problem(.configuration, "default_region names no country; the mail waits")
        }
        var search = Search(aliases: configuration.aliases, reader: NumberReader(region: region))
        // An option that nobody configured is part of the text: a number may contain a '+'.
        try search.add(named == nil ? path.localPart : path.base)
        self.path = path
        self.route = route?.name ?? "default"
        option = named
        self.choices = choices
        numbers = search.numbers
    }

    /// The walk from a name to its numbers. Configuration has refused circles of aliases.
    private struct Search {
        let aliases: [String: [String]]
        let reader: NumberReader
        var numbers: [PhoneNumber] = []
        /// Names walked already: groups of groups may name one another often.
        private var seen: Set<String> = []

        init(aliases: [String: [String]], reader: NumberReader) {
            self.aliases = aliases
            self.reader = reader
        }

        /// - Parameter alias: whose member `text` is; nil for what the sender wrote.
        mutating func add(_ text: String, of alias: String? = nil) throws(Problem) {
            let name = text.lowercased()
            if let members = aliases[name] {
                guard seen.insert(name).inserted else { return }
                for member in members { try add(member, of: name) }
                return
            }
            let number: PhoneNumber
            do throws(NumberError) {
                number = try reader.read(text)
            } catch {
                throw problem(error, with: text, of: alias)
            }
            if !numbers.contains(number) { numbers.append(number) }
        }

        /// What stands in an alias is the operator's to mend; what the sender wrote is final.
        private func problem(
            _ error: NumberError, with text: String, of alias: String?
        ) -> Problem {
            if error.isOurs {
                return Problem(
                    .system, "telephone numbers cannot be read; the mail waits", detail: "\(error)")
            }
            if let alias {
                return Problem(
                    .configuration, "a member of the alias is not a number; the mail waits",
                    detail: "aliases.\(alias): \(text): \(error)")
            }
            return Problem(.notAPhoneNumber, "\(error)")
        }
    }
}

extension RouteSettings {
    fileprivate func matches(_ path: ForwardPath, _ sender: Sender) -> Bool {
        (domains.isEmpty || domains.contains { $0.matches(path.domain ?? "") })
            && (locals.isEmpty || locals.contains { $0.matches(path.base) })
            && (match.isEmpty || match.contains { $0.matches(sender) })
    }
}
