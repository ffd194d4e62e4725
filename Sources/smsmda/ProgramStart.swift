internal import CLinux
internal import CoreSystem
internal import Glibc

/// Whether a program starts at all: its `--version`, with the poor environment that an MTA gives it.
///
/// In: a path. Out: nil, or what kept it from starting, in the loader's words where it was the loader.
/// That ends a program with 127 when a shared library is missing, before a line of it has run, so
/// `sms-deliver` itself can do nothing about it, and Postfix bounces the mail. It does not say whether
/// the program does its work.
enum ProgramStart {
    static func failure(of path: String) -> String? {
        let name = path.split(separator: "/").last ?? ""
        do throws(Errno) {
            let text = try output(of: [path, "--version"])
            // Its exit status says nothing: that of sms-deliver is 75 for all that is no delivery.
            if text.hasPrefix("\(name) ") { return nil }
            let line = text.prefix { $0 != "\n" }
            return line.isEmpty ? "it ends without a word" : String(line)
        } catch {
            return error.description
        }
    }

    /// What it writes, on standard output and standard error.
    private static func output(of words: [String]) throws(Errno) -> String {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw Errno("pipe") }
        let reader = Descriptor(adopting: ends[0])
        let child = try spawn(words, ends[1])
        // Its end of the pipe is the only one left: reading ends when it does.
        let bytes = try reader.readAll(limit: 1 << 16) ?? []
        while waitpid(child, nil, 0) < 0 {
            guard errno == EINTR else { throw Errno("wait for \(words[0])") }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Starts a process with nothing on standard input, and gives `output` away to it.
    private static func spawn(_ words: [String], _ output: Int32) throws(Errno) -> pid_t {
        defer { _ = close(output) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDWR, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)
        unsafe posix_spawn_file_actions_addclose(&actions, output)
        var texts = unsafe words.map { unsafe strdup($0) }
        unsafe texts.append(nil)
        var environment = unsafe [strdup("PATH=/usr/bin:/bin"), nil]
        defer {
            unsafe texts.forEach { unsafe free($0) }
            unsafe environment.forEach { unsafe free($0) }
        }
        var child = pid_t()
        let code = unsafe posix_spawn(&child, words[0], &actions, nil, &texts, &environment)
        guard code == 0 else { throw Errno("start \(words[0])", code: code) }
        return child
    }
}
