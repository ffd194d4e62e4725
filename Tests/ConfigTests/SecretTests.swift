import CoreConfig
import CoreSystem
import CoreTwilio
import Foundation
import Testing

/// Secrets in files: who may read them, and what may stand in them.
@Suite struct SecretTests {
    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "smsmda-secret-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func write(_ text: String, mode: Int) throws -> String {
        let path = "\(folder)/\(UUID().uuidString)"
        try #require(FileManager.default.createFile(atPath: path, contents: Data(text.utf8)))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    @Test(
        "one line end at the end is not part of it", arguments: ["t0ken", "t0ken\n", "t0ken\r\n"])
    func read(_ text: String) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(try Secret(file: write(text, mode: 0o600)).reveal() == "t0ken")
    }

    @Test("the group may read, nobody else anything", arguments: [0o600, 0o400, 0o640, 0o440])
    func narrow(_ mode: Int) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(try Secret(file: write("t", mode: mode)).reveal() == "t")
    }

    @Test(
        "a secret that others may read is refused", arguments: [0o644, 0o604, 0o602, 0o660, 0o641])
    func wide(_ mode: Int) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let secret = try Secret(file: write("t0ken", mode: mode))
        let error = try #require(throws: ConfigurationError.self) { try secret.reveal() }
        #expect(error.description.contains("chmod 0640"))
        #expect(!error.description.contains("t0ken"))
    }

    @Test("what is no secret is refused", arguments: ["", "\n", "two words", "a\nb\n", "é"])
    func odd(_ text: String) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let secret = try Secret(file: write(text, mode: 0o600))
        #expect(throws: ConfigurationError.self) { try secret.reveal() }
    }

    @Test("a missing file, a folder and a FIFO are refused at once")
    func notAFile() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let fifo = "\(folder)/fifo"
        let made = unsafe mkfifo(fifo, 0o600)
        try #require(made == 0)
        for path in ["\(folder)/none", folder, fifo] {
            #expect(throws: ConfigurationError.self) { try Secret(file: path).reveal() }
        }
    }

    @Test("a secret in a configuration file that others may read is refused")
    func inline() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let toml = "[twilio]\nauth_token = \"t0ken\"\n"
        let path = try write(toml, mode: 0o644)
        let error = try #require(throws: ConfigurationError.self) {
            try Configuration.load(path: path, environment: [:])
        }
        #expect(error.description.hasPrefix("\(path):2:1: auth_token: others may read"))
        let narrow = try write(toml, mode: 0o640)
        let got = try Configuration.load(path: nil, environment: ["SMSMDA_CONFIG": narrow])
        #expect(try got.twilio.account.authToken?.reveal() == "t0ken")
    }

    @Test("a file that was named must be there; -C beats SMSMDA_CONFIG")
    func named() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let error = try #require(throws: ConfigurationError.self) {
            try Configuration.load(
                path: "\(folder)/none.toml", environment: ["SMSMDA_CONFIG": "/other"])
        }
        #expect(error.file == "\(folder)/none.toml")
        #expect(error.text.contains("No such file"))
    }

    @Test("a relative path starts at the file's folder")
    func relative() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let got = try Configuration(
            parsing: "[twilio]\nauth_token_file = \"token\"", file: "/etc/x/smsmda.toml")
        #expect(got.twilio.account.authToken?.path == "/etc/x/token")
    }

    @Test("a daemon reads all secrets at once, and hears of the first that it cannot read")
    func readAll() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let token = try write("t0ken\n", mode: 0o600)
        let sid = "AC0123456789abcdef0123456789abcdef"
        let toml = "[twilio]\naccount_sid = '\(sid)'\nauth_token_file = '\(token)'\n"
        let got = try Configuration(parsing: toml).withSecretsRead()
        try FileManager.default.removeItem(atPath: token)
        #expect(try got.twilio.account.account().credentials == .authToken("t0ken"))
        let error = try #require(throws: ConfigurationError.self) {
            try Configuration(parsing: toml).withSecretsRead()
        }
        #expect(error.file == token)
    }

    @Test("a process that has used a secret leaves no core dump")
    func noDump() async {
        await #expect(processExitsWith: .success) {
            _ = try Secret(text: "t0ken").reveal()
            precondition(!CoreDump.isAllowed, "a dump would hold the secrets")
        }
    }
}
