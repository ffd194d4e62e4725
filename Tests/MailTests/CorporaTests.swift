import CoreMail
import Foundation
import Testing

/// Where the shared corpora lie, if they are here.
enum Corpora {
    static let folder = URL(filePath: #filePath).appending(path: "../../../../shared/corpora")
        .standardizedFileURL
    static let isPresent = FileManager.default.fileExists(
        atPath: folder.appending(path: "expected.jsonl").path)
}

/// Mail that nobody here wrote, where it lies beside the checkout; skipped where it does not.
@Suite(.enabled(if: Corpora.isPresent, "../shared/corpora is not here"))
struct CorporaTests {
    @Test("subject, senders, structure and content are as expected nearly everywhere")
    func scores() throws {
        var tally: [String: (right: Int, all: Int)] = [:]
        let lines = try String(
            contentsOf: Corpora.folder.appending(path: "expected.jsonl"), encoding: .utf8)
        for line in lines.split(separator: "\n") {
            guard
                let record = try JSONSerialization.jsonObject(with: Data(line.utf8))
                    as? [String: Any],
                let name = record["file"] as? String, let want = record["expect"] as? [String: Any]
            else { continue }
            let bytes = try Data(contentsOf: Corpora.folder.appending(path: name))
            let message = Message(parsing: [UInt8](bytes))
            let leaves = message.leafRecords
            func count(_ key: String, _ isRight: (Any) -> Bool) {
                guard let value = want[key] else { return }
                tally[key, default: (0, 0)].all += 1
                if isRight(value) { tally[key, default: (0, 0)].right += 1 }
            }
            count("subject") { Self.folded(message.subject) == Self.folded($0 as? String) }
            count("from") { value in
                guard let want = value as? [String] else { return true }
                return message.from.map { $0.address.lowercased() }.filter { !$0.isEmpty } == want
            }
            count("structure") { value in
                leaves.map { [$0.path, $0.type] } == value as? [[String]]
            }
            count("content") { value in
                leaves.map(\.sha256) == (value as? [Any])?.map { $0 as? String }
            }
        }
        for (key, goal) in ["subject": 0.995, "from": 0.995, "structure": 0.99, "content": 0.99] {
            let (right, all) = tally[key] ?? (0, 0)
            #expect(all > 800, "\(key)")
            #expect(Double(right) >= goal * Double(all), "\(key): \(right) of \(all)")
        }
    }

    @Test("TNEF attachments are as expected")
    func tnef() throws {
        let lines = try String(
            contentsOf: Corpora.folder.appending(path: "tnef.jsonl"), encoding: .utf8)
        var count = 0
        for line in lines.split(separator: "\n") {
            guard
                let record = try JSONSerialization.jsonObject(with: Data(line.utf8))
                    as? [String: Any],
                let name = record["file"] as? String, let want = record["expected"] as? [String]
            else { continue }
            let bytes = [UInt8](try Data(contentsOf: Corpora.folder.appending(path: name)))
            let got = TNEF(parsing: bytes)?.attachments.map(\.name) ?? []
            // An RTF body counts as a file there; ours is text. One list leaves its file out.
            let files = want.filter { $0 != "body.rtf" }
            if !files.isEmpty { #expect(got == files, "\(name)") }
            count += 1
        }
        #expect(count > 5)
    }

    private static func folded(_ text: String?) -> String {
        (text ?? "").split { $0.isWhitespace }.joined(separator: " ")
    }
}
