import CoreMail
import Foundation
import Testing

@testable import CoreText

/// Whole mails as programs and people send them; beside each lies what is made of its text.
/// `UPDATE_GOLDEN=1` rewrites the dumps; the difference is then read like code.
@Suite struct FixtureTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures")

    static let names: [String] = {
        let files = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        return (files ?? []).filter { $0.hasSuffix(".eml") }.sorted()
    }()

    @Test("the fixtures are here")
    func found() { #expect(Self.names.count >= 12) }

    @Test("a mail gives its text whatever its line ends are", arguments: names)
    func text(_ name: String) throws {
        let file = Self.folder.appending(path: name)
        let bare = [UInt8](try Data(contentsOf: file))
        let golden = file.deletingPathExtension().appendingPathExtension("golden")
        let got = dump(bare)
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data(got.utf8).write(to: golden)
        }
        let want = String(decoding: try Data(contentsOf: golden), as: UTF8.self)
        #expect(got == want)
        #expect(dump(bare.flatMap { $0 == 10 ? [13, 10] : [$0] }) == want, "with CRLF")
    }

    /// Where the text is from, each line with the role that it has, and what is attached.
    private func dump(_ bytes: [UInt8]) -> String {
        let message = Message(parsing: bytes)
        let text = BodyText(choosingFrom: message)
        var lines = [
            text.section.map { "text from \($0)\(text.isHTML ? ", HTML" : "")" } ?? "no text"
        ]
        if let hiddenBy = text.hiddenBy { lines.append("hidden: \(hiddenBy.rawValue)") }
        for block in text.blocks {
            for line in block.text.split(separator: "\n", omittingEmptySubsequences: false) {
                lines.append("\(block.kind.rawValue)|\(line)")
            }
        }
        let attachments = AttachmentList(of: message, besides: text).summary
        if !attachments.isEmpty { lines.append("attached: \(attachments)") }
        return lines.joined(separator: "\n") + "\n"
    }
}
