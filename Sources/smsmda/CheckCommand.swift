internal import CLinux
internal import CoreConfig
internal import CoreSystem
internal import Glibc

/// `smsmda check`: whether the programs could do their work with this configuration.
///
/// Prints one line for each finding: `fault` is what keeps mail waiting or is refused, `doubt` what is
/// legal but hardly meant, `ok` what was looked at and is well. Exit status: 0 all is well, 1 there
/// are doubts, 78 (EX_CONFIG) there are faults. It changes nothing and makes no file; only with
/// `--online` does it ask Twilio, and then only for a list. Run it as the user that delivers:
/// another one may read more, or less.
enum CheckCommand {
    static let command = Main.Command(
        name: "check", usage: "[-C FILE] [--online] [--quiet]",
        summary: "say what is wrong or doubtful in the configuration", run: run)

    @Sendable static func run(_ words: [String]) throws(CommandError) -> Int32 {
        var options = CommandOptions(words)
        let path = try options.value("-C")
        let isOnline = options.flag("--online")
        let isQuiet = options.flag("--quiet")
        guard try options.rest().isEmpty else { throw .usage("check wants no more arguments") }

        let findings: [Finding]
        do throws(ConfigurationError) {
            let configuration = try Configuration.load(
                path: path, environment: Environment.variables)
            findings = Check(configuration, isOnline: isOnline).findings
        } catch {
            findings = error.all.map { Finding(.fault, $0.description) }
        }
        for finding in findings where !(isQuiet && finding.grade == .ok) { print(finding) }
        let grades = findings.map(\.grade)
        if grades.contains(.fault) { return EX_CONFIG }
        return grades.contains(.doubt) ? 1 : EX_OK
    }

    /// One line of what was found.
    struct Finding: CustomStringConvertible {
        let grade: Grade
        let text: String

        enum Grade: String { case ok, doubt, fault }

        init(_ grade: Grade, _ text: String) {
            self.grade = grade
            self.text = text
        }

        var description: String {
            // Padded, so that the texts stand in one column.
            "\(grade.rawValue):\(String(repeating: " ", count: 6 - grade.rawValue.count))\(text)"
        }
    }
}
