internal import CLinux
internal import CoreSystem
internal import Glibc

/// Saved mails on the command line.
enum MailFile {
    /// A mail of this size is a mistake; `lmtpd` and `sms-deliver` have a limit of their own.
    private static let limit = 1 << 30

    static func read(_ path: String) throws(Errno) -> [UInt8] {
        let file =
            path == "-" ? Descriptor(adopting: dup(STDIN_FILENO)) : try Descriptor(opening: path)
        guard let bytes = try file.readAll(limit: limit) else {
            throw Errno("read \(path)", code: EFBIG)
        }
        return bytes
    }

    /// One line on standard error.
    static func complain(_ text: String) {
        let line = Array("smsmda: \(text)\n".utf8)
        _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
