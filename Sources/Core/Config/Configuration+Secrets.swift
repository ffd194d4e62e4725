extension Configuration {
    /// The same with all secrets read from their files, or the first that cannot be.
    ///
    /// For a daemon: it finds out at start and at reload, not with a message in its hands, and reads
    /// no file for each message.
    package func withSecretsRead() throws(ConfigurationError) -> Configuration {
        var read = self
        try read.twilio.account.readSecrets()
        for name in accounts.keys.sorted() { try read.accounts[name]?.readSecrets() }
        read.journal.url = try journal.url?.read()
        return read
    }
}

extension AccountSettings {
    fileprivate mutating func readSecrets() throws(ConfigurationError) {
        authToken = try authToken?.read()
        apiKeySecret = try apiKeySecret?.read()
    }
}

extension Secret {
    fileprivate func read() throws(ConfigurationError) -> Secret { Secret(text: try reveal()) }
}
