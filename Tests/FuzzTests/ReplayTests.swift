import Foundation
import FuzzHarness
import Testing

/// What the fuzzers begin with, and every input that was ever a finding, once more.
@Suite struct ReplayTests {
    static let folder = URL(filePath: #filePath).appending(path: "../../../Fuzz")
        .standardizedFileURL

    @Test("each target's inputs are read without trapping", arguments: FuzzTarget.all.map(\.name))
    func replay(_ name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let files = try FileManager.default.contentsOfDirectory(
            at: Self.folder.appending(path: name), includingPropertiesForKeys: nil)
        #expect(files.count >= 3)
        for file in files { target.run([UInt8](try Data(contentsOf: file))) }
        target.run([])
    }

    @Test("a dictionary is here for each target", arguments: FuzzTarget.all.map(\.name))
    func dictionary(_ name: String) {
        #expect(
            FileManager.default.fileExists(atPath: Self.folder.appending(path: "\(name).dict").path)
        )
    }
}
