internal import CoreConfig
internal import CoreSystem
internal import Glibc

/// A mail to the operator, handed to an MTA by SMTP: not by sendmail(1), which a hardened service may
/// not run.
///
/// It has the null reverse-path and says that a program wrote it, so that nothing answers (RFC 3834).
package struct OperatorMail: Hashable, Sendable {
    package let recipient: String
    private let via: ListenAddress
    private let message: String

    /// Longer than any local MTA needs for a step of the dialogue.
    private static let timeout = Duration.seconds(10)

    init(to recipient: String, via: ListenAddress, subject: String, text: String, time: WallTime) {
        self.recipient = recipient
        self.via = via
        message = """
            From: <\(recipient)>\r
            To: <\(recipient)>\r
            Subject: \(subject)\r
            Date: \(Self.date(time))\r
            Auto-Submitted: auto-generated\r
            MIME-Version: 1.0\r
            Content-Type: text/plain; charset=utf-8\r
            Content-Transfer-Encoding: 8bit\r
            \r

            """
            + text.split(separator: "\n", omittingEmptySubsequences: false)
            .joined(separator: "\r\n") + "\r\n"
    }

    package struct Refused: Error, CustomStringConvertible {
        package let description: String
    }

    /// Hands it over, blocking. Our own text has no line that begins with a dot.
    package func submit() throws(Refused) {
        do throws(Errno) {
            let socket = try SocketName.connect(to: via, timeout: Self.timeout)
            let steps: [(code: String, command: String)] = [
                ("220", "HELO localhost"), ("250", "MAIL FROM:<>"),
                ("250", "RCPT TO:<\(recipient)>"), ("25", "DATA"), ("354", message + "."),
                ("250", "QUIT"),
            ]
            var input: [UInt8] = []
            for step in steps {
                let reply = try Self.reply(from: socket, &input)
                guard reply.hasPrefix(step.code) else {
                    throw Errno("\(via) says \(reply)", code: EPROTO)
                }
                try socket.write(all: Array("\(step.command)\r\n".utf8))
            }
        } catch {
            throw Refused(description: "\(error)")
        }
    }

    /// RFC 5322 §3.3
    private static func date(_ time: WallTime) -> String {
        var seconds = time_t(time.milliseconds / 1000)
        var parts = unsafe tm()
        _ = unsafe gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 64)
        // The locale is C's: the programs never set another one.
        let count = unsafe strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S +0000", &parts)
        return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The last line of the next reply.
    private static func reply(
        from socket: borrowing Descriptor, _ input: inout [UInt8]
    ) throws(Errno) -> String {
        while true {
            while let end = input.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: input[..<end], as: UTF8.self)
                input.removeFirst(end + 1)
                // "250-" goes on, "250 " ends. RFC 5321 §4.2.1
                if line.utf8.count < 4 || Array(line.utf8)[3] != UInt8(ascii: "-") {
                    return line.trimmed
                }
            }
            let bytes = try socket.read(atMost: 4096)
            guard !bytes.isEmpty, input.count < 1 << 16 else {
                throw Errno("read a reply", code: ECONNRESET)
            }
            input += bytes
        }
    }
}

extension String {
    fileprivate var trimmed: String { hasSuffix("\r") ? String(dropLast()) : self }
}
