internal import CLinux
internal import CoreSystem
internal import Glibc

/// The operator's command: `smsmda COMMAND [OPTION]... [ARGUMENT]...`.
///
/// Exit status: 0 all is well; 1 what was asked about is not well (a doubtful configuration, a message
/// that would be refused, nothing found); 64 the command line is wrong; 78 the configuration is.
@main
struct Main {
    static func main() {
        let words = Array(CommandLine.arguments.dropFirst())
        guard let name = words.first else { fail("no command", EX_USAGE) }
        if ["-h", "--help", "help"].contains(name) {
            print(help)
            exit(EX_OK)
        }
        guard let command = commands.first(where: { $0.name == name }) else {
            fail("no command '\(name)'", EX_USAGE)
        }
        do throws(CommandError) {
            exit(try command.run(Array(words.dropFirst())))
        } catch {
            fail("\(name): \(error.description)", error.exit)
        }
    }

    /// One command of the program. Each has a file of its own.
    struct Command: Sendable {
        let name: String
        /// What follows the name on the command line.
        let usage: String
        let summary: String
        /// Returns the exit status.
        let run: @Sendable ([String]) throws(CommandError) -> Int32
    }

    static let commands: [Command] = [
        Command(name: "version", usage: "", summary: "print the release") {
            (_) throws(CommandError) in
            print("smsmda \(Version.current)")
            return EX_OK
        },
        CheckCommand.command,
        ExplainCommand.command,
        InspectCommand.command,
        ListCommand.list,
        ListCommand.show,
        StatsCommand.stats,
        StatsCommand.prune,
        ReconcileCommand.command,
        OptOutCommand.command,
    ]

    private static var help: String {
        let rows = commands.map { command in
            let left = "\(command.name) \(command.usage)"
            let gap = String(repeating: " ", count: max(1, 46 - left.count))
            return "  smsmda \(left)\(gap)\(command.summary)"
        }
        return "The operator's command of the SMS mail delivery agent; see smsmda(8).\n\n"
            + rows.joined(separator: "\n")
    }

    private static func fail(_ text: String, _ status: Int32) -> Never {
        let line = Array("smsmda: \(text); see 'smsmda --help'\n".utf8)
        _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
        exit(status)
    }
}

/// Why a command could not do its work: a sentence for the operator and the exit status.
struct CommandError: Error, CustomStringConvertible {
    let description: String
    let exit: Int32

    static func usage(_ text: String) -> Self { Self(description: text, exit: EX_USAGE) }
}
