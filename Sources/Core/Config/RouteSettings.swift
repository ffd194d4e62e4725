package import CorePolicy

/// `[[route]]`: which messages are sent in another way. The first that matches wins.
///
/// All conditions that are given must hold. What a route leaves out comes from `[message]` and
/// `[twilio]`.
package struct RouteSettings: Hashable, Sendable {
    /// As logs and dry runs show it: `name`, else its place among the routes: `route-2`.
    package let name: String
    /// Any one of them; empty: every domain, and recipients without one.
    package let domains: [Glob]
    /// On the local part without an option; empty: every one.
    package let locals: [Glob]
    /// Empty: every sender.
    package let match: [SenderPattern]
    /// Nil: as for all.
    package let region: String?
    package let choices: MessageChoices

    init(readingFrom section: Section, number: Int, accounts: Set<String>) {
        name =
            section.parsed("name", "a word for the log") { text in
                text.utf8.allSatisfy { (33...126).contains($0) } ? text : nil
            } ?? "route-\(number)"
        domains = section.strings("domain")?.map { Glob($0) } ?? []
        locals = section.strings("local")?.map { Glob($0) } ?? []
        match = section.list("match", SenderPattern.hint, SenderPattern.init) ?? []
        region = section.region("default_region")
        choices = MessageChoices(readingAllFrom: section, accounts: accounts)
        section.finish()
    }
}

/// `[option.NAME]`: what `14155551212+NAME@...` changes.
package struct OptionSettings: Hashable, Sendable {
    /// Is sent outside of the hours too. Rates and caps hold for it as for everything.
    package let isUrgent: Bool
    package let choices: MessageChoices

    init(readingFrom section: Section, accounts: Set<String>) {
        isUrgent = section.boolean("urgent") ?? false
        choices = MessageChoices(readingAllFrom: section, accounts: accounts)
        section.finish()
    }
}

extension MessageChoices {
    fileprivate init(readingAllFrom section: Section, accounts: Set<String>) {
        self.init()
        readComposition(from: section)
        readSending(from: section)
        sender = AccountSettings.sender(readingFrom: section)
        account = section.string("account")
        if let account, !accounts.contains(account) {
            let near = Suggestion.nearest(to: account, among: accounts.sorted())
            section.problem(
                "account",
                near.map { "no [account.\(account)]; did you mean \"\($0)\"?" }
                    ?? "no [account.\(account)] in this file: add it, or leave the key out")
        }
    }
}

extension Section {
    /// An ISO 3166 code in capitals.
    func region(_ key: String) -> String? {
        parsed(key, "a country's two letters (ISO 3166), as in \"US\"", Configuration.region)
    }

    /// `KEY`, or the path of its file in `KEY_file`.
    func secret(_ key: String) -> Secret? {
        let text = string(key).flatMap { $0.isEmpty ? nil : $0 }
        let path = string("\(key)_file").flatMap { $0.isEmpty ? nil : $0 }
        if text != nil, path != nil {
            problem("\(key)_file", "give either \(key) or \(key)_file, not both")
        }
        if let path { return Secret(file: reading.path(path)) }
        guard let text else { return nil }
        if let permissions = reading.permissions, permissions.areTooWide {
            problem(
                key,
                "others may read or change this file and so the secret (mode \(permissions.octal)):"
                    + " chmod 0640 it, or move the secret to \(key)_file")
        }
        return Secret(text: text)
    }
}
