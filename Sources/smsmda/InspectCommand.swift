internal import CLinux
internal import CoreMail
internal import CoreSystem
internal import CoreText
internal import FoundationEssentials
internal import Glibc

/// `smsmda inspect [--json] FILE...`: what reading a mail found.
///
/// `-` as the only FILE takes the names from standard input, one a line. With `--json` one object a
/// line for each file; its members are a promise.
enum InspectCommand {
    static let command = Main.Command(
        name: "inspect", usage: "[--json] FILE...", summary: "show what reading a mail found",
        run: run)

    @Sendable static func run(_ words: [String]) throws(CommandError) -> Int32 {
        let asJSON = words.contains("--json")
        let files = words.filter { $0 != "--json" }
        guard let first = files.first else { throw .usage("inspect wants a FILE") }
        guard !files.contains(where: { $0.hasPrefix("-") && $0 != "-" }) else {
            throw .usage("inspect knows no option but --json")
        }
        var status = EX_OK
        let types = AttachmentTypes()
        func show(_ file: String) {
            do throws(Errno) {
                let record = InspectRecord(
                    file, Message(parsing: try MailFile.read(file)), types)
                print(asJSON ? record.line : record.page)
            } catch {
                MailFile.complain("\(error)")
                status = 1
            }
        }
        if first == "-", files.count == 1 {
            while let name = readLine() { show(name) }
        } else {
            files.forEach(show)
        }
        return status
    }
}

/// The members are those that independent readers of mail print too, so they can be compared.
private struct InspectRecord: Encodable {
    let file: String
    let subject: String?
    let from: [[String]]
    let to: [[String]]
    let leaves: [Leaf]
    let inlineCount: Int
    let best: Best?
    let blocks: [Block]
    let attachments: [Listed]
    private let listed: [Attachment]
    let protection: String?
    let defects: [String]

    private enum CodingKeys: String, CodingKey {
        case file, subject, from, to, leaves, best, blocks, attachments, protection, defects
        case inlineCount = "n_inline"
    }

    struct Leaf: Encodable {
        let path: String
        let type: String
        let charset: String?
        let disposition: String?
        let filename: String?
        let size: Int?
        let sha256: String?

        init(_ record: LeafRecord) {
            path = record.path
            type = record.type
            charset = record.charset
            disposition = record.disposition
            filename = record.filename
            size = record.byteCount
            sha256 = record.sha256
        }

        private enum CodingKeys: String, CodingKey {
            case path, type, charset, disposition, filename, size, sha256
        }

        /// All members always, `null` for what there is not.
        func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: CodingKeys.self)
            try members.encode(path, forKey: .path)
            try members.encode(type, forKey: .type)
            try members.encode(charset, forKey: .charset)
            try members.encode(disposition, forKey: .disposition)
            try members.encode(filename, forKey: .filename)
            try members.encode(size, forKey: .size)
            try members.encode(sha256, forKey: .sha256)
        }
    }

    struct Best: Encodable {
        let text: String
        let section: String
        let html: Bool
    }

    /// A stretch of the text by role: body, quote, signature or footer.
    struct Block: Encodable {
        let kind: String
        let text: String
    }

    /// An attachment: what the sender calls it, and what its octets say.
    struct Listed: Encodable {
        let section: String
        let name: String?
        let declared: String
        let found: String?
        let size: Int
    }

    init(_ file: String, _ message: Message, _ types: AttachmentTypes) {
        let text = BodyText(choosingFrom: message)
        self.file = file
        subject = message.subject
        from = message.from.map { [$0.name, $0.address] }
        to = message.to.map { [$0.name, $0.address] }
        leaves = message.leafRecords.map(Leaf.init)
        inlineCount = text.inlineCount
        best = text.section.map { Best(text: text.text, section: $0, html: text.isHTML) }
        blocks = text.blocks.map { Block(kind: $0.kind.rawValue, text: $0.text) }
        listed = types.list(message, besides: text)
        attachments = listed.map {
            Listed(
                section: $0.section, name: $0.name, declared: $0.declaredType,
                found: $0.foundType, size: $0.byteCount)
        }
        protection = text.hiddenBy?.rawValue
        defects = (message.defects + text.defects).map(\.description)
    }

    /// All members always, `null` for what there is not.
    func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(file, forKey: .file)
        try members.encode(subject, forKey: .subject)
        try members.encode(from, forKey: .from)
        try members.encode(to, forKey: .to)
        try members.encode(leaves, forKey: .leaves)
        try members.encode(inlineCount, forKey: .inlineCount)
        try members.encode(best, forKey: .best)
        try members.encode(blocks, forKey: .blocks)
        try members.encode(attachments, forKey: .attachments)
        try members.encode(protection, forKey: .protection)
        try members.encode(defects, forKey: .defects)
    }

    var line: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("texts and numbers are always JSON")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// For people.
    var page: String {
        var lines = ["\(file):", "  subject: \(subject ?? "(none)")"]
        lines += from.map { "  from: \($0[0]) <\($0[1])>" }
        lines += to.map { "  to: \($0[0]) <\($0[1])>" }
        lines += leaves.map { leaf in
            let facts = [
                leaf.charset, leaf.disposition, leaf.filename, leaf.size.map { "\($0) bytes" },
            ]
            return "  \(leaf.path) \(leaf.type) "
                + facts.compactMap { $0 }.joined(separator: ", ")
        }
        lines += listed.map { "  attachment: \($0.line)" }
        if let protection { lines.append("  protection: \(protection)") }
        lines += defects.map { "  defect: \($0)" }
        guard let best else { return (lines + ["  no text"]).joined(separator: "\n") }
        lines.append("  text from \(best.section)\(best.html ? " (HTML)" : ""):")
        for block in blocks {
            let mark = block.kind == "body" ? "|" : block.kind
            lines += block.text.split(separator: "\n", omittingEmptySubsequences: false).map {
                "  \(mark) \($0)"
            }
        }
        return lines.joined(separator: "\n")
    }
}
