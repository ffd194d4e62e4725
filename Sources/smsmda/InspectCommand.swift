internal import CLinux
internal import CoreMail
internal import CoreSystem
internal import CoreText
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
private struct InspectRecord {
    private let file: String
    private let message: Message
    private let text: BodyText
    private let leaves: [LeafRecord]
    private let attachments: [Attachment]
    private let defects: [String]

    init(_ file: String, _ message: Message, _ types: AttachmentTypes) {
        self.file = file
        self.message = message
        text = BodyText(choosingFrom: message)
        leaves = message.leafRecords
        attachments = types.list(message, besides: text)
        defects = (message.defects + text.defects).map(\.description)
    }

    /// One line of JSON, members in alphabetical order: all always, `null` for what there is not.
    var line: String {
        let best: JSON? = text.section.map { section in
            .object(present: [
                "html": .boolean(text.isHTML), "section": .string(section),
                "text": .string(text.text),
            ])
        }
        let blocks = text.blocks.map { block in
            JSON.object(present: [
                "kind": .string(block.kind.rawValue), "text": .string(block.text),
            ])
        }
        return JSON.object(present: [
            "attachments": .array(attachments.map(Self.json)),
            "best": best ?? .null,
            "blocks": .array(blocks),
            "defects": .strings(defects),
            "file": .string(file),
            "from": Self.json(message.from),
            "leaves": .array(leaves.map(Self.json)),
            "n_inline": .integer(text.inlineCount),
            "protection": .string(optional: text.hiddenBy?.rawValue),
            "subject": .string(optional: message.subject),
            "to": Self.json(message.to),
        ]).line
    }

    private static func json(_ mailboxes: [Mailbox]) -> JSON {
        .array(mailboxes.map { .strings([$0.name, $0.address]) })
    }

    private static func json(_ leaf: LeafRecord) -> JSON {
        .object(present: [
            "charset": .string(optional: leaf.charset),
            "disposition": .string(optional: leaf.disposition),
            "filename": .string(optional: leaf.filename),
            "path": .string(leaf.path),
            "sha256": .string(optional: leaf.sha256),
            "size": leaf.byteCount.map(JSON.integer) ?? .null,
            "type": .string(leaf.type),
        ])
    }

    /// What the sender calls it, and what its octets say. What is not known is left out.
    private static func json(_ attachment: Attachment) -> JSON {
        .object(present: [
            "declared": .string(attachment.declaredType),
            "found": attachment.foundType.map(JSON.string),
            "name": attachment.name.map(JSON.string),
            "section": .string(attachment.section),
            "size": .integer(attachment.byteCount),
        ])
    }

    /// For people.
    var page: String {
        var lines = ["\(file):", "  subject: \(message.subject ?? "(none)")"]
        lines += message.from.map { "  from: \($0.name) <\($0.address)>" }
        lines += message.to.map { "  to: \($0.name) <\($0.address)>" }
        lines += leaves.map { leaf in
            let facts = [
                leaf.charset, leaf.disposition, leaf.filename,
                leaf.byteCount.map { "\($0) bytes" },
            ]
            return "  \(leaf.path) \(leaf.type) "
                + facts.compactMap { $0 }.joined(separator: ", ")
        }
        lines += attachments.map { "  attachment: \($0.line)" }
        if let protection = text.hiddenBy { lines.append("  protection: \(protection.rawValue)") }
        lines += defects.map { "  defect: \($0)" }
        guard let section = text.section else {
            return (lines + ["  no text"]).joined(separator: "\n")
        }
        lines.append("  text from \(section)\(text.isHTML ? " (HTML)" : ""):")
        for block in text.blocks {
            let mark = block.kind == .body ? "|" : block.kind.rawValue
            lines += block.text.split(separator: "\n", omittingEmptySubsequences: false).map {
                "  \(mark) \($0)"
            }
        }
        return lines.joined(separator: "\n")
    }
}
