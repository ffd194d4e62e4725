package import CoreConfig
package import CoreJournal
package import CoreSystem
package import CoreTwilio

/// The things of the world that a configuration names, opened.
extension LogSettings {
    /// `program` is the tag in the system log.
    package func open(program: StaticString) -> Log {
        switch target {
        case .syslog: .syslog(program: program)
        case .journal: .standardError(priorities: true)
        case .stderr: .standardError()
        }
    }
}

extension Configuration {
    /// Where and how, as the journal wants it.
    package func journalOptions() throws(ConfigurationError) -> JournalOptions {
        let location: JournalOptions.Location
        if let url = journal.url {
            location = .postgreSQL(url: try url.reveal())
        } else {
            location = .sqlite(path: journal.path)
        }
        var options = JournalOptions(location: location)
        options.keep = journal.keep
        options.rules.settle = journal.settle
        // A request begins in the first third of the lease and must be over before its end, whatever
        // the operator wrote: else another host sends while it is still on its way.
        options.rules.lease = max(journal.lease, .milliseconds(twilio.timeout.milliseconds * 3))
        options.rules.onUncertain = journal.onUncertain == .hold ? .hold : .resend
        return options
    }

    package var transportOptions: CurlHandle.Options {
        var options = CurlHandle.Options()
        options.connectTimeout = twilio.connectTimeout
        options.timeout = twilio.timeout
        options.trust = twilio.caFile
        return options
    }

    /// Host of the provider, for logs.
    package var providerHost: String {
        let url = twilio.account.baseURL
        let host = url.drop { $0 != "/" }.drop { $0 == "/" }.prefix { $0 != "/" }
        return host.isEmpty ? url : String(host)
    }
}

extension DeliveryLog {
    package init(_ log: Log, _ configuration: Configuration) {
        self.init(
            log, relay: configuration.providerHost, masksNumbers: configuration.log.masksNumbers)
    }
}
