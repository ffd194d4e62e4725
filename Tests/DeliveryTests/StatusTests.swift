import CoreDelivery
import CoreLMTP
import CoreTwilio
import Glibc
import Testing

@Suite struct StatusTests {
    @Test("reply, class and exit agree for every failure", arguments: Failure.allCases)
    func agreement(_ failure: Failure) {
        let status = failure.status
        #expect(status.enhanced.class == status.reply / 100)
        switch status.statusClass {
        case .sent: Issue.record("a failure is not sent")
        case .transient:
            #expect(status.exit == 75, "75 alone defers under both Postfix and Exim")
        case .permanent:
            #expect([65, 67, 69, 77].contains(status.exit), "what both MTAs bounce")
        }
    }

    @Test("success is 250 2.0.0 and exit 0")
    func sent() {
        #expect(Status.sent.reply == 250)
        #expect("\(Status.sent.enhanced)" == "2.0.0")
        #expect(Status.sent.exit == 0)
    }

    /// House table: what these failures are promised to be.
    @Test(
        "the promised rows",
        arguments: [
            (Failure.messageTooLarge, 552, "5.3.4", 65), (.nothingToSend, 554, "5.6.1", 65),
            (.notAPhoneNumber, 553, "5.1.3", 67), (.recipientUnreachable, 550, "5.1.1", 67),
            (.recipientOptedOut, 550, "5.7.1", 77), (.regionNotServed, 550, "5.7.1", 77),
            (.senderNotAllowed, 550, "5.7.1", 77), (.providerBusy, 451, "4.4.5", 75),
            (.providerUnreachable, 451, "4.4.1", 75), (.deliveryUncertain, 451, "4.4.2", 75),
            (.credentialsRefused, 451, "4.3.5", 75), (.configuration, 451, "4.3.5", 75),
            (.system, 451, "4.3.0", 75),
        ])
    func promises(failure: Failure, reply: Int, enhanced: String, exit: Int) {
        #expect(failure.status.reply == reply)
        #expect("\(failure.status.enhanced)" == enhanced)
        #expect(failure.status.exit == Int32(exit))
    }

    @Test("every verdict of the provider is some failure", arguments: ProviderCode.Verdict.allCases)
    func verdicts(_ verdict: ProviderCode.Verdict) {
        let isOurs: Set<ProviderCode.Verdict> = [.credentials, .account, .configuration]
        if isOurs.contains(verdict) {
            #expect(Failure(verdict).status.statusClass == .transient, "ours to mend waits")
        }
        if verdict == .uncertain { #expect(Failure(verdict) == .deliveryUncertain) }
    }
}

@Suite struct OutcomeTests {
    @Test("a reply is one line under 200 octets, whatever the text")
    func replyLength() {
        let long = String(repeating: "Überlänge ", count: 90)
        let outcome = Outcome.failed(.providerRefused, "+14155551212@sms.example", long)
        let wire = outcome.reply(sessionID: "k3f9").wireForm
        #expect(wire.count < 200)
        #expect(wire.suffix(2) == [13, 10])
        #expect(wire.filter { $0 == 10 }.count == 1)
        #expect(String(validating: wire, as: UTF8.self) != nil)
    }

    @Test("a pipe's line begins with the enhanced status and names the recipient")
    func pipeLine() {
        let outcome = Outcome.failed(.notAPhoneNumber, "+1415555@sms.example", "not a phone number")
        #expect(outcome.pipeLine == "5.1.3 +1415555: not a phone number")
    }
}

@Suite struct DeliveryLogTests {
    @Test(
        "runs of seven digits and more lose their middle",
        arguments: [
            ("to +14155551212@x", "to +141…1212@x"), ("code 21614", "code 21614"),
            ("123456", "123456"), ("1234567", "123…4567"), ("", ""),
        ])
    func masking(text: String, want: String) {
        #expect(DeliveryLog.masked(text) == want)
    }
}
