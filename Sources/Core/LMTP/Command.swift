internal import CoreSystem

/// One command of a client, read from a line.
///
/// Verbs and parameter names in any case (RFC 5321 §2.4), trailing blanks ignored. What is wrong
/// with a line is thrown as the reply that says so. The state of the session plays no part here.
package enum Command: Hashable, Sendable {
    case lhlo(String)
    /// HELO or EHLO: a client that takes us for an SMTP server.
    case smtpGreeting
    case mail(Mail)
    /// A forward-path without its brackets.
    case rcpt(String)
    case data
    case rset
    case noop
    case vrfy
    case help
    case quit
    case startTLS
    case xforward([XForward.Attribute])
    /// A verb of HTTP: a web browser that was sent to our port by a page it shows.
    case http

    package struct Mail: Hashable, Sendable {
        /// Empty for the null reverse-path.
        package var reversePath: String
        /// Octets of the message, as the client counts them.
        package var declaredSize: Int?
        package var isSMTPUTF8 = false
    }

    package init(parsing line: ArraySlice<UInt8>, limits: Session.Limits) throws(Reply) {
        var line = line
        while let last = line.last, last == 32 || last == 9 { line.removeLast() }
        let verbEnd = line.firstIndex(of: 32) ?? line.endIndex
        let verb = String(decoding: line[..<verbEnd], as: UTF8.self).uppercased()
        let arguments = line[verbEnd...].drop { $0 == 32 }
        switch verb {
        case "LHLO":
            guard let name = String(validating: arguments.span), !name.isEmpty
            else { throw Reply(501, .badArguments, "LHLO needs the client's name") }
            self = .lhlo(name)
        case "HELO", "EHLO": self = .smtpGreeting
        case "MAIL": self = .mail(try Self.mail(arguments, limits: limits))
        case "RCPT": self = .rcpt(try Self.rcpt(arguments, limits: limits))
        case "DATA": self = try Self.bare(.data, verb, arguments)
        case "RSET": self = try Self.bare(.rset, verb, arguments)
        case "QUIT": self = try Self.bare(.quit, verb, arguments)
        case "STARTTLS": self = try Self.bare(.startTLS, verb, arguments)
        case "NOOP": self = .noop
        case "VRFY": self = .vrfy
        case "HELP": self = .help
        case "XFORWARD": self = .xforward(try XForward.attributes(in: arguments))
        // RFC 5321 §4.2.4: known, and not offered
        case "EXPN", "BDAT", "AUTH", "ETRN", "TURN", "SEND", "SOML", "SAML":
            throw Reply(502, .badCommand, "\(verb) is not offered")
        case "GET", "POST", "PUT", "HEAD", "OPTIONS", "CONNECT": self = .http
        default: throw Reply(500, .badCommand, "unknown command; this is LMTP (RFC 2033)")
        }
    }

    private static func bare(
        _ command: Command, _ verb: String, _ arguments: ArraySlice<UInt8>
    ) throws(Reply) -> Command {
        guard arguments.isEmpty else {
            throw Reply(501, .badArguments, "\(verb) takes no arguments")
        }
        return command
    }

    private static func mail(
        _ arguments: ArraySlice<UInt8>, limits: Session.Limits
    ) throws(Reply) -> Mail {
        let (address, rest) = try path(
            arguments, after: "FROM:", limits: limits, status: EnhancedStatus(5, 1, 7))
        var mail = Mail(reversePath: address)
        for word in rest.split(separator: 32) {
            let text = String(decoding: word, as: UTF8.self).uppercased()
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            switch (String(parts[0]), parts.count > 1 ? String(parts[1]) : nil) {
            case ("SIZE", let value?):
                // RFC 1870 §6: up to 20 digits, so a number can be too large for us to hold.
                guard (1...20).contains(value.utf8.count), value.utf8.allSatisfy({ 48...57 ~= $0 })
                else { throw Reply(501, .badArguments, "SIZE= takes a number of octets") }
                mail.declaredSize = Int(value) ?? .max
            case ("BODY", "7BIT"), ("BODY", "8BITMIME"): break
            case ("BODY", _): throw Reply(501, .badArguments, "BODY= takes 7BIT or 8BITMIME")
            case ("SMTPUTF8", nil): mail.isSMTPUTF8 = true
            default: throw Reply(555, .badArguments, "MAIL parameter not supported: \(text)")
            }
        }
        return mail
    }

    private static func rcpt(
        _ arguments: ArraySlice<UInt8>, limits: Session.Limits
    ) throws(Reply) -> String {
        let (address, rest) = try path(
            arguments, after: "TO:", limits: limits, status: EnhancedStatus(5, 1, 3))
        guard !address.isEmpty
        else { throw Reply(501, EnhancedStatus(5, 1, 3), "RCPT needs a recipient") }
        guard rest.allSatisfy({ $0 == 32 }) else {
            let text = String(decoding: rest, as: UTF8.self)
            throw Reply(555, .badArguments, "RCPT parameter not supported:\(text)")
        }
        return address
    }

    /// The path after `FROM:` or `TO:`, and the parameters behind it.
    private static func path(
        _ arguments: ArraySlice<UInt8>, after keyword: String, limits: Session.Limits,
        status: EnhancedStatus
    ) throws(Reply) -> (String, ArraySlice<UInt8>) {
        let head = arguments.prefix(keyword.utf8.count)
        guard String(decoding: head, as: UTF8.self).uppercased() == keyword
        else { throw Reply(501, .badArguments, "expected \(keyword)<address>") }
        let bytes = arguments.dropFirst(head.count).drop { $0 == 32 }
        guard let (address, rest) = Path.read(bytes), rest.first ?? 32 == 32
        else { throw Reply(501, status, "malformed address; expected \(keyword)<address>") }
        guard address.utf8.count <= limits.path
        else { throw Reply(501, status, "address longer than \(limits.path) octets") }
        return (address, rest)
    }
}

extension EnhancedStatus {
    static let badCommand = EnhancedStatus(5, 5, 1)
    static let badSyntax = EnhancedStatus(5, 5, 2)
    static let badArguments = EnhancedStatus(5, 5, 4)
}
