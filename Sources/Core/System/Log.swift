internal import CLinux
internal import Glibc

/// Where an operator reads what happened: one line an event, `msg="..."` and key=value pairs.
///
/// A line is a fixed sentence and its facts. Control characters in a value become blanks, so an
/// outsider's bytes never start a line of their own. Never given a message body or a secret.
package struct Log: Sendable {
    package enum Level: Int32, Sendable {
        // The numbers are syslog's priorities (RFC 5424 §6.2.1).
        case error = 3
        case warning = 4
        case notice = 5
        case info = 6
        case debug = 7
    }

    /// Takes one finished line, without its line end.
    package let write: @Sendable (Level, String) -> Void

    package init(write: @escaping @Sendable (Level, String) -> Void) { self.write = write }

    /// Writes `msg="sentence" key=value ...`; a value with blanks or quotes is quoted.
    package func callAsFunction(
        _ level: Level, _ sentence: String, _ facts: KeyValuePairs<String, String?> = [:]
    ) {
        var line = "msg=\(Self.quoted(sentence, always: true))"
        for (key, value) in facts {
            guard let value else { continue }
            line += " \(key)=\(Self.quoted(value, always: false))"
        }
        write(level, line)
    }

    /// One line a record on standard error; systemd's journal reads the `<n>` priority in front.
    package static func standardError(priorities: Bool = false) -> Log {
        Log { level, line in
            var text = priorities ? "<\(level.rawValue)>" : ""
            text += line
            text += "\n"
            // Nothing to do when standard error is gone: there is nowhere left to say so.
            _ = text.withUTF8 {
                unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count)
            }
        }
    }

    /// The system log, facility mail. `program` is the tag in front, as in `postfix/lmtpd[123]:`.
    package static func syslog(program: StaticString) -> Log {
        unsafe openlog(
            UnsafeRawPointer(program.utf8Start).assumingMemoryBound(to: CChar.self), LOG_PID,
            LOG_MAIL)
        return Log { level, line in
            unsafe line.withCString { unsafe smsmda_syslog(level.rawValue, $0) }
        }
    }

    package static let silent = Log { _, _ in }

    /// `text` without control characters, in double quotes where a reader would need them.
    package static func quoted(_ text: String, always: Bool) -> String {
        let plain = text.unicodeScalars.allSatisfy {
            $0.value > 32 && $0.value != 127 && $0 != "\"" && $0 != "=" && $0 != "\\"
        }
        if plain && !always && !text.isEmpty { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                quoted += "\\"
                quoted.unicodeScalars.append(scalar)
            case _ where scalar.value < 32 || (127...159).contains(scalar.value): quoted += " "
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
