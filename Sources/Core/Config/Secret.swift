internal import CoreSystem
internal import Glibc

/// A token or password: its text, or the file that holds it and is read when it is needed.
///
/// Reading late lets an operator without access to the secrets run `smsmda explain`. The file
/// holds the secret and at most one line end. Not printed: both descriptions leave it out.
package struct Secret: Hashable, Sendable {
    private let source: Source

    private enum Source: Hashable, Sendable {
        case text(String)
        case file(String)
    }

    package init(text: String) { source = .text(text) }

    package init(file path: String) { source = .file(path) }

    /// Nil when the text stood in the configuration or in the environment.
    package var path: String? { if case .file(let path) = source { path } else { nil } }

    /// The secret itself. Throws when its file is missing, unreadable, or readable by others.
    ///
    /// From here on the process holds it in use, and leaves no core dump.
    package func reveal() throws(ConfigurationError) -> String {
        CoreDump.forbid()
        switch source {
        case .text(let text): return text
        case .file(let path): return try Self.read(path)
        }
    }

    /// Longer than any token; a file beyond it is another file.
    private static let maximumByteCount = 4096

    private static func read(_ path: String) throws(ConfigurationError) -> String {
        let permissions: FilePermissions
        let bytes: [UInt8]?
        do throws(Errno) {
            // Not blocking: a FIFO without a writer would hold the mail for ever.
            let file = try Descriptor(opening: path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
            permissions = try FilePermissions(of: file)
            bytes = permissions.isRegular ? try file.readAll(limit: maximumByteCount) : nil
        } catch {
            throw failure(path, "\(error.reason): mend the path, or let this service read the file")
        }
        guard !permissions.areTooWide else {
            throw failure(
                path,
                "others may read or change this secret (mode \(permissions.octal)): chmod 0640 it")
        }
        guard !permissions.isForeign else {
            throw failure(
                path, "user \(permissions.owner) owns this secret: chown it to root")
        }
        guard let bytes else {
            throw failure(path, "not a file of at most \(maximumByteCount) bytes")
        }
        return try text(of: bytes, path)
    }

    private static func text(of bytes: [UInt8], _ path: String) throws(ConfigurationError) -> String
    {
        var bytes = bytes[...]
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty else { throw failure(path, "empty: put the secret into it") }
        guard bytes.allSatisfy({ (33...126).contains($0) }) else {
            throw failure(path, "the secret alone is wanted, on one line without blanks")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func failure(_ path: String, _ text: String) -> ConfigurationError {
        ConfigurationError(file: path, text: text)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { path ?? "(secret)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
