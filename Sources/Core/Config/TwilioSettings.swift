/// `[twilio]`: what holds for every request, whichever account pays it.
package struct TwilioSettings: Hashable, Sendable {
    /// The account of messages that no route gives another.
    package var account: AccountSettings
    /// A file of PEM certificates or a hashed directory. Empty: the system's.
    package let caFile: String
    /// Of a whole request. Twilio itself gives up after about 26 s.
    package let timeout: Duration
    /// Resolving, connecting and the TLS handshake.
    package let connectTimeout: Duration
    /// Requests in flight, all sessions together.
    package let maxConcurrency: Int

    init(readingFrom section: Section) {
        account = AccountSettings(name: "twilio", readingFrom: section)
        caFile =
            section.string("ca_file").flatMap { $0.isEmpty ? nil : section.reading.path($0) } ?? ""
        let seconds = Duration.seconds(1)
        timeout = section.duration("timeout", in: seconds...(.seconds(200))) ?? .seconds(30)
        connectTimeout =
            section.duration("connect_timeout", in: seconds...(.seconds(100))) ?? .seconds(10)
        maxConcurrency = section.integer("max_concurrency", in: 1...10_000) ?? 100
    }
}
