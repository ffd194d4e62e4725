internal import CoreMail

/// Who wrote a message, as far as that tells a signature from what the message is about.
///
/// A name and a telephone number at the end may be the sender's, or the caller's whom an alert reports. The
/// line `-- ` says which (RFC 3676); where it is missing, only what the author's own name or address stands
/// over is a signature.
struct Author {
    /// Whether the message says that no person wrote it to a person.
    let isMachine: Bool
    /// In small letters: the name as From has it, and the given name.
    private var names: [[UInt8]] = []
    /// In small letters; empty when unknown.
    private var address: [UInt8] = []

    init(isMachine: Bool = false, name: String = "", address: String = "") {
        self.isMachine = isMachine
        if address.utf8.contains(UInt8(ascii: "@")) {
            self.address = Array(address.utf8).smallLetters
        }
        let name = Array(name.utf8)[...].trimmed.smallLetters
        guard !name.isEmpty else { return }
        names = [name]
        var given = name[...]
        // `Ek, Bo` is how directories sort people.
        if let comma = name.firstIndex(of: UInt8(ascii: ",")) {
            given = name[(comma + 1)...].trimmed
            names.append(Array(given) + [UInt8(ascii: " ")] + name[..<comma])
        }
        let first = given.prefix { !$0.isHTMLSpace }
        if !first.isEmpty { names.append(Array(first)) }
    }

    /// Only the first of several authors counts: hardly any mail has more.
    init(of message: Message) {
        let mailbox = message.from.first
        self.init(
            isMachine: message.isFromMachine, name: mailbox?.name ?? "",
            address: mailbox?.address ?? "")
    }

    /// Whether the author's name is all that stands on a line, or the author's address stands on it.
    func signs(_ line: Line) -> Bool {
        var phrase = line.phrase
        while let last = phrase.last, last == UInt8(ascii: ",") || last == UInt8(ascii: ".") {
            phrase.removeLast()
        }
        if names.contains(phrase) { return true }
        guard !address.isEmpty, phrase.contains(UInt8(ascii: "@")) else { return false }
        return phrase.split { $0.isHTMLSpace || "<>()[]:;,|".utf8.contains($0) }
            .contains { $0.elementsEqual(address) }
    }
}

extension Message {
    fileprivate var isFromMachine: Bool {
        if isAutomatic || header.first("X-Cron-Env") != nil { return true }
        let precedence = header.first("Precedence").map { $0.lowercased() }
        return precedence == "bulk" || precedence == "junk"
    }
}
