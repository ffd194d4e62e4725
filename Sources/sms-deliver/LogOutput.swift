internal import CoreConfig
internal import CoreDelivery
internal import CoreSystem
internal import Glibc

/// Where one run of sms-deliver logs.
///
/// Postfix and Exim read standard output and standard error from one pipe, and Postfix takes the
/// enhanced status only from the start of what comes. So a log that is meant for standard error, for
/// the sake of a daemon that shares the configuration, goes to the system log instead.
enum LogOutput {
    static func open(_ settings: LogSettings) -> Log {
        settings.target != .syslog && outputIsOnePipe
            ? .syslog(program: "sms-deliver") : settings.open(program: "sms-deliver")
    }

    /// Whether standard output and standard error are the same pipe or socket.
    private static var outputIsOnePipe: Bool {
        var output = stat()
        var error = stat()
        guard unsafe fstat(STDOUT_FILENO, &output) == 0, unsafe fstat(STDERR_FILENO, &error) == 0
        else { return false }
        let kind = output.st_mode & S_IFMT
        return (kind == S_IFIFO || kind == S_IFSOCK)
            && output.st_dev == error.st_dev && output.st_ino == error.st_ino
    }
}
