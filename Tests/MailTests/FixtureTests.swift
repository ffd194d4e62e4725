import CoreMail
import Foundation
import Testing

/// Every message under Fixtures is read as it lies, with LF and with CRLF, and dumped the same
/// way each time. `UPDATE_GOLDEN=1` rewrites the dumps; the difference is then read like code.
@Suite struct FixtureTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures")

    static let names: [String] = {
        let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        let files = found?.compactMap { $0 as? URL } ?? []
        return files.filter { $0.pathExtension == "eml" }
            .map { "\($0.deletingLastPathComponent().lastPathComponent)/\($0.lastPathComponent)" }
            .sorted()
    }()

    @Test("the fixtures are here")
    func found() {
        for group in ["rfc", "legacy", "wild", "malformed"] {
            #expect(Self.names.count { $0.hasPrefix(group + "/") } >= 8, "\(group)")
        }
    }

    @Test("a fixture gives its dump whatever its line ends are", arguments: names)
    func dump(_ name: String) throws {
        let file = Self.folder.appending(path: name)
        let bytes = [UInt8](try Data(contentsOf: file))
        let golden = file.deletingPathExtension().appendingPathExtension("golden")
        let got = MessageDump(Message(parsing: bytes)).text
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data(got.utf8).write(to: golden)
        }
        let want = String(decoding: try Data(contentsOf: golden), as: UTF8.self)
        #expect(got == want)
        #expect(MessageDump(Message(parsing: Self.withLF(bytes))).text == want, "with LF")
        #expect(MessageDump(Message(parsing: Self.withCRLF(bytes))).text == want, "with CRLF")
    }

    static func withLF(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        for byte in bytes {
            if byte == 10, output.last == 13 { output.removeLast() }
            output.append(byte)
        }
        return output
    }

    static func withCRLF(_ bytes: [UInt8]) -> [UInt8] {
        withLF(bytes).flatMap { $0 == 10 ? [13, 10] : [$0] }
    }
}
