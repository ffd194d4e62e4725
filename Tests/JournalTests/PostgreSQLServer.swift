import CoreSystem
import Foundation

/// A PostgreSQL server of this test run's own, on a socket in a temporary directory.
///
/// The one that is installed, else the one that setup/postgresql has unpacked. Nil when there is
/// neither: then what needs it is left out, and says so.
final class PostgreSQLServer: Sendable {
    static let shared: PostgreSQLServer? = {
        do {
            let server = try PostgreSQLServer()
            atexit { PostgreSQLServer.shared?.stop() }
            return server
        } catch {
            print("PostgreSQL: \(error)")
            return nil
        }
    }()

    struct Missing: Error, CustomStringConvertible { let description: String }

    private let folder: String
    private let programs: String
    /// What stands before each command that the server's account runs.
    private let asAccount: [String]
    private let schemas = Locked(0)

    private init() throws {
        let root = URL(filePath: #filePath).appending(path: "../../..").standardized.path
        let unpacked = "\(root)/.cache/postgresql/usr"
        let installed = Self.newest("/usr/lib/postgresql")
        guard installed != nil || Self.newest("\(unpacked)/lib/postgresql") != nil else {
            throw Self.missing
        }
        folder = "\(NSTemporaryDirectory())smsmda-pg-\(getpid())"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false)
        var words: [String] = []
        if let installed {
            programs = installed
        } else {
            // A copy: the account that runs it may not be able to enter the checkout.
            try Self.shell(["cp", "-r", unpacked, folder])
            programs = Self.newest("\(folder)/usr/lib/postgresql") ?? ""
            words = ["env", "LD_LIBRARY_PATH=\(Self.libraries(folder))"]
        }
        // initdb refuses to run as root.
        if getuid() == 0 {
            let entry = unsafe getpwnam("postgres") ?? getpwnam("nobody")
            guard let entry = unsafe entry?.pointee else { throw Self.missing }
            let (user, group) = unsafe (entry.pw_uid, entry.pw_gid)
            try Self.shell(["chown", "\(user):\(group)", folder])
            words = ["setpriv", "--reuid=\(user)", "--regid=\(group)", "--clear-groups"] + words
        }
        asAccount = words
        try run([
            "\(programs)/initdb", "-D", "\(folder)/data", "-U", "smsmda", "-A", "trust", "-E",
            "UTF8", "--no-locale", "--no-sync",
        ])
        try run([
            "\(programs)/pg_ctl", "-D", "\(folder)/data", "-w", "-l", "\(folder)/log", "-o",
            "-k \(folder) -c listen_addresses= -c max_connections=200", "start",
        ])
    }

    /// Ends the connections of the journals with this URL, as a failing network or server does.
    func disconnect(_ url: String) throws {
        let name = url.split(separator: "%3D").last ?? ""
        try query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                + "WHERE application_name = $$\(name)$$")
    }

    func stop() {
        // Nothing is left to say it to, and nothing in it is worth keeping.
        try? run(["\(programs)/pg_ctl", "-D", "\(folder)/data", "-m", "immediate", "stop"])
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// A URL with a schema of its own, empty.
    func freshURL() throws -> String {
        let number = schemas.withLock { (count: inout Int) in
            count += 1
            return count
        }
        try query("CREATE SCHEMA j\(number)")
        return
            "postgresql:///postgres?host=\(folder)&user=smsmda&application_name=j\(number)"
            + "&options=-csearch_path%3Dj\(number)"
    }

    func query(_ sql: String) throws {
        try run([
            "\(programs)/psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", folder, "-U", "smsmda", "-d",
            "postgres", "-c", sql,
        ])
    }

    private func run(_ command: [String]) throws { try Self.shell(asAccount + command) }

    private static let missing = Missing(
        description: "run `make setup`; its tests are skipped")

    /// The programs of the newest version below a folder.
    private static func newest(_ versions: String) -> String? {
        let found = (try? FileManager.default.contentsOfDirectory(atPath: versions)) ?? []
        return found.max { (Int($0) ?? 0) < (Int($1) ?? 0) }.map { "\(versions)/\($0)/bin" }
    }

    private static func libraries(_ folder: String) -> String {
        let below = "\(folder)/usr/lib"
        let found = (try? FileManager.default.contentsOfDirectory(atPath: below)) ?? []
        return found.filter { $0.contains("-linux-") }.map { "\(below)/\($0)" }.joined(
            separator: ":")
    }

    private static func shell(_ words: [String]) throws {
        let line = words.map { "'\($0.replacing("'", with: #"'\''"#))'" }.joined(separator: " ")
        // Foundation's Process waits until a descriptor is closed that the server inherits.
        let status = unsafe system("cd / && \(line) >/dev/null 2>&1 </dev/null")
        guard status == 0 else {
            throw Missing(
                description: "\(line) failed with "
                    + "\(status), the tests that need it are skipped")
        }
    }
}
