internal import CoreConfig
internal import CorePolicy

extension FuzzTarget {
    /// A whole configuration file. It is the operator's, but it is pasted, generated and truncated.
    static let configuration = FuzzTarget("configuration") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        do throws(ConfigurationError) {
            let configuration = try Configuration(parsing: text)
            require((1...24).contains(configuration.choices.maxSegments ?? 0), "in its range")
            require(configuration.lmtp.maxMessageSize > 0, "in its range")
            for address in configuration.lmtp.listen + configuration.policy.listen {
                require(ListenAddress(address.description) == address, "written as it is read")
            }
        } catch {
            for one in error.all {
                require(!one.text.isEmpty, "a fault is explained")
                require(one.further.isEmpty, "faults are listed once")
            }
        }
    }

    /// What a policy client or service sends, and what stands in Authentication-Results.
    static let policy = FuzzTarget("policy") { bytes in
        var reader = PolicyRequestReader()
        do throws(PolicyRequestReader.Malformed) {
            for request in try reader.receive(bytes) {
                _ = (request.isAtRecipient, request.sender, request.size)
                _ = PolicyAdvice(reading: request)
                var again = PolicyRequestReader()
                require(try again.receive(request.wireForm).count == 1, "one written is one read")
            }
        } catch {
            require(!error.description.isEmpty, "a fault is explained")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let results = AuthenticationResults(
            fields: [text], disguise: Disguise(signatures: [text], authors: []),
            authservID: "mx.example")
        for sender in ["a@b.example", text] {
            _ = AuthenticationMethod.allCases.map { results.verdict($0, of: sender) }
        }
        let answer = PolicyAnswer.reply(code: 550, text: text).wireForm
        require(answer.filter { $0 == 10 }.count == 2, "an answer is one line and an empty one")
    }
}
