import CoreSystem
import Foundation

/// A PostgreSQL server of this test run's own, on a socket in a temporary directory.
///
/// Nil when Debian's `postgresql` is not installed: then what needs it is left out, and
/// `PostgreSQLTests.isThere` says so.
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
    private let schemas = Locked(0)

    private init() throws {
        let versions = "/usr/lib/postgresql"
        let found = (try? FileManager.default.contentsOfDirectory(atPath: versions)) ?? []
        guard let newest = found.max(by: { (Int($0) ?? 0) < (Int($1) ?? 0) }) else {
            throw Missing(description: "not installed (Debian: postgresql), its tests are skipped")
        }
        programs = "\(versions)/\(newest)/bin"
        folder = "\(NSTemporaryDirectory())smsmda-pg-\(getpid())"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false)
        // initdb refuses to run as root.
        if getuid() == 0 { try run(["chown", "postgres:", folder], asRoot: true) }
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

    private func run(_ command: [String], asRoot: Bool = false) throws {
        let asPostgres = [
            "setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups",
        ]
        let words = (getuid() == 0 && !asRoot ? asPostgres : []) + command
        let line = words.map { "'\($0.replacing("'", with: #"'\''"#))'" }.joined(separator: " ")
        // Foundation's Process waits until a descriptor is closed that the server inherits.
        let status = unsafe system("cd / && \(line) >/dev/null 2>&1 </dev/null")
        guard status == 0 else {
            throw Missing(
                description: "\(command.prefix(2).joined(separator: " ")) failed with "
                    + "\(status), the tests that need it are skipped")
        }
    }
}
