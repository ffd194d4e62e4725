import CoreConfig
import CoreDelivery
import CoreJournal
import CoreSystem
import CoreTwilio
import Foundation
import TestSupport
import Testing

@Suite struct DeliverTests {
    private let envelope = Envelope(reversePath: "ups@example.org", queueID: "Q1")
    private let message = "Received: by mx id Q1\nSubject: Power\n\nBattery low\n"

    /// A path with a journal of its own. `time` moves the clock between two tries.
    private func deliver(
        _ transport: ScriptedTransport, _ folder: TemporaryFolder, extra: String = "",
        time: Locked<Int64> = Locked(1_800_000_000_000)
    ) throws -> Deliver {
        let configuration = try Configuration(
            parsing: """
                \(extra)
                [twilio]
                account_sid = "AC00000000000000000000000000000000"
                auth_token = "t"
                from = "+18085551234"
                [journal]
                path = "\(folder.path)/journal.db"
                """)
        let clock = Clock(
            now: { WallTime(milliseconds: time.withLock { $0 }) }, elapsed: Clock.system.elapsed)
        return Deliver(
            configuration: configuration, clock: clock, transport: transport,
            journal: try DirectJournal(configuration.journalOptions(), clock: clock), log: .silent)
    }

    private func run(
        _ deliver: Deliver, _ recipient: String = "14155551212@sms.example"
    ) async -> Outcome {
        await deliver(
            PreparedMessage(Array(message.utf8), deliver.configuration), to: recipient, envelope)
    }

    private let created = ScriptedTransport.Answer.response(
        201, #"{"sid":"SM1","status":"queued","num_segments":"1"}"#)

    @Test("a message is sent once, however often the MTA hands it over")
    func once() async throws {
        let folder = try TemporaryFolder()
        let transport = ScriptedTransport([created])
        let deliver = try deliver(transport, folder)
        let first = await run(deliver)
        let second = await run(deliver)
        #expect(first.status == .sent)
        #expect(second.status == .sent)
        guard case .sent(let sent) = second.result else { return }
        #expect(sent.isRepeat)
        #expect(sent.sids == ["SM1"])
        #expect(transport.requests.count == 1)
    }

    @Test("a permanent refusal is remembered: the retry asks nobody")
    func refusalRemembered() async throws {
        let folder = try TemporaryFolder()
        let transport = ScriptedTransport([
            .response(400, #"{"code":21614,"message":"m","status":400}"#)
        ])
        let deliver = try deliver(transport, folder)
        let first = await run(deliver)
        let second = await run(deliver)
        #expect(first.result == .failed(.recipientUnreachable))
        #expect(second.result == .failed(.recipientUnreachable))
        #expect(first.text == second.text)
        #expect(transport.requests.count == 1)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let answer: ScriptedTransport.Answer
        let want: Failure
        var testDescription: String { "\(want)" }
    }

    @Test(
        "what certainly created nothing is sent again by the retry, without asking",
        arguments: [
            Case(answer: .failure(sentNothing: true), want: .providerUnreachable),
            Case(answer: .response(429, #"{"code":20429}"#), want: .providerBusy),
            Case(
                answer: .response(401, #"{"code":20003,"message":"x"}"#), want: .credentialsRefused),
            Case(answer: .response(400, #"{"code":21606,"message":"x"}"#), want: .configuration),
            Case(answer: .response(400, "<html>proxy"), want: .configuration),
        ])
    func released(_ c: Case) async throws {
        let folder = try TemporaryFolder()
        let transport = ScriptedTransport([c.answer, created])
        let deliver = try deliver(transport, folder)
        let first = await run(deliver)
        #expect(first.result == .failed(c.want))
        #expect(first.status.exit == 75)
        let second = await run(deliver)
        #expect(second.status == .sent)
        #expect(transport.posts.count == 2)
        #expect(transport.requests.count == 2)
    }

    private static let doubtful: [ScriptedTransport.Answer] = [
        .failure(sentNothing: false), .response(500, "{}"), .response(503, ""),
        .response(201, "not json"), .response(201, #"{"sid":null}"#), .response(302, ""),
    ]

    @Test("a lost reply is looked up before anything is sent again", arguments: 0..<6)
    func uncertainAndThere(index: Int) async throws {
        let folder = try TemporaryFolder()
        let list = #"""
            {"messages":[{"sid":"SM9","from":"+18085551234","body":"Battery low","status":"sent",
            "direction":"outbound-api","date_created":"Fri, 15 Jan 2027 08:00:00 +0000"}],
            "next_page_uri":null}
            """#
        let transport = ScriptedTransport([Self.doubtful[index], .response(200, list)])
        let deliver = try deliver(transport, folder)
        let first = await run(deliver)
        #expect(first.result == .failed(.deliveryUncertain))
        let second = await run(deliver)
        guard case .sent(let sent) = second.result else {
            Issue.record("\(second)")
            return
        }
        #expect(sent.sids == ["SM9"])
        #expect(transport.posts.count == 1)
    }

    @Test("what is not among the newest is looked for in large pages, from the top")
    func uncertainAndBuried() async throws {
        func list(_ messages: [String], next: String?) -> ScriptedTransport.Answer {
            let next = next.map { "\"\($0)\"" } ?? "null"
            let text = messages.joined(separator: ",")
            return .response(200, "{\"messages\":[\(text)],\"next_page_uri\":\(next)}")
        }
        func message(_ sid: String, _ body: String) -> String {
            """
            {"sid":"\(sid)","from":"+18085551234","body":"\(body)","status":"sent",
            "direction":"outbound-api","date_created":"Fri, 15 Jan 2027 08:00:00 +0000"}
            """
        }
        let folder = try TemporaryFolder()
        let others = (0..<50).map { message("SMa\($0)", "another") }
        let transport = ScriptedTransport([
            .failure(sentNothing: false), list(others, next: "/small?Page=1"),
            list(others, next: "/large?Page=1"),
            list([message("SM9", "Battery low")], next: nil),
        ])
        let deliver = try deliver(transport, folder)
        #expect(await run(deliver).result == .failed(.deliveryUncertain))
        guard case .sent(let sent) = await run(deliver).result else {
            Issue.record("not found")
            return
        }
        #expect(sent.sids == ["SM9"])
        let asked = transport.requests.dropFirst().map(\.url)
        #expect(asked.count == 3)
        #expect(asked[0].hasSuffix("&PageSize=50"))
        #expect(asked[1].hasSuffix("&PageSize=500"))
        #expect(asked[2].hasSuffix("/large?Page=1"))
    }

    @Test("absent is believed after the settle time, and only then is it sent again")
    func uncertainAndAbsent() async throws {
        let folder = try TemporaryFolder()
        let empty = ScriptedTransport.Answer.response(
            200, #"{"messages":[],"next_page_uri":null}"#)
        let transport = ScriptedTransport([
            .failure(sentNothing: false), empty, empty, created,
        ])
        let time = Locked<Int64>(1_800_000_000_000)
        let deliver = try deliver(transport, folder, time: time)
        #expect(await run(deliver).result == .failed(.deliveryUncertain))
        #expect(await run(deliver).result == .failed(.deliveryInProgress))
        #expect(transport.posts.count == 1)
        time.withLock { $0 += 60_000 }
        #expect(await run(deliver).status == .sent)
        #expect(transport.posts.count == 2)
    }

    @Test("an alias and its member that lead to one number are one SMS")
    func aliasAndMember() async throws {
        let folder = try TemporaryFolder()
        let transport = ScriptedTransport([created])
        let deliver = try deliver(
            transport, folder, extra: "[aliases]\noncall = [\"+14155551212\"]")
        #expect(await run(deliver, "oncall@sms.example").status == .sent)
        #expect(await run(deliver).status == .sent)
        #expect(transport.requests.count == 1)
    }

    @Test("of a group the failure that may pass speaks for all, and the others are not sent twice")
    func group() async throws {
        let folder = try TemporaryFolder()
        let transport = ScriptedTransport([
            created, .response(429, "{}"),
            .response(201, #"{"sid":"SM2","status":"queued"}"#),
        ])
        let deliver = try deliver(
            transport, folder,
            extra: "[aliases]\noncall = [\"night\"]\nnight = [\"+14155551212\", \"+14155551213\"]")
        #expect(
            InlineExecutor.run { await run(deliver, "oncall@x") }.result == .failed(.providerBusy))
        #expect(InlineExecutor.run { await run(deliver, "oncall@x") }.status == .sent)
        #expect(transport.posts.count == 3)
    }

    @Test("groups that name one another often are walked once each")
    func nestedGroups() async throws {
        let folder = try TemporaryFolder()
        // 2^60 ways through them.
        let groups = (1...60).map { "g\($0) = ['g\($0 - 1)', 'g\($0 - 1)']" }
        let transport = ScriptedTransport([created])
        let deliver = try deliver(
            transport, folder,
            extra: "[aliases]\ng0 = '+14155551212'\n" + groups.joined(separator: "\n"))
        #expect(await run(deliver, "g60@x").status == .sent)
        #expect(transport.posts.count == 1)
    }

    @Test("an alias with a member that is no number waits for the operator")
    func brokenAlias() async throws {
        let folder = try TemporaryFolder()
        let deliver = try deliver(
            ScriptedTransport([]), folder, extra: "[aliases]\na = [\"b\"]\nb = [\"nobody\"]")
        let outcome = await run(deliver, "a@x")
        #expect(outcome.result == .failed(.configuration))
        #expect(outcome.detail?.contains("aliases.b") == true)
        #expect(outcome.status.exit == 75)
    }

    @Test("a split message goes on where it stopped, in order")
    func splitGoesOn() async throws {
        let folder = try TemporaryFolder()
        let transport = ScriptedTransport([
            created, .response(429, "{}"),
            .response(201, #"{"sid":"SM2","status":"queued"}"#),
        ])
        let deliver = try deliver(
            transport, folder, extra: "[message]\nmax_segments = 1\noverflow = \"split\"")
        let text = String(repeating: "Battery at the end. ", count: 12)
        let prepared = PreparedMessage(Array("Subject: x\n\n\(text)\n".utf8), deliver.configuration)
        let first = await deliver(prepared, to: "+14155551212", envelope)
        #expect(first.result == .failed(.providerBusy))
        let second = await deliver(prepared, to: "+14155551212", envelope)
        #expect(second.status == .sent)
        let bodies = transport.posts.map { String(decoding: $0.form ?? [], as: UTF8.self) }
        #expect(bodies.count == 3)
        #expect(bodies[1] == bodies[2])
        #expect(bodies[0] != bodies[1])
    }

    @Test("a bad number is refused before the message, with the same words as after it")
    func check() async throws {
        let folder = try TemporaryFolder()
        let deliver = try deliver(ScriptedTransport([]), folder)
        #expect(await deliver.check("14155551212@sms.example", envelope) == nil)
        let early = try #require(await deliver.check("nobody@sms.example", envelope))
        #expect(early.status.reply == 553)
        #expect(early == (await run(deliver, "nobody@sms.example")))
    }

    private func alert(_ number: Int, _ deliver: Deliver, _ recipient: String = "14155551212@x")
        async -> Outcome
    {
        let text = "Received: by mx id \(number)\n\nalert \(number)\n"
        return await deliver(
            PreparedMessage(Array(text.utf8), deliver.configuration), to: recipient, envelope)
    }

    private func accepted(_ number: Int) -> ScriptedTransport.Answer {
        .response(201, #"{"sid":"SM\#(number)","status":"queued"}"#)
    }

    @Test("a storm: sent, one waits, folded, and then one SMS that says how many")
    func storm() async throws {
        let folder = try TemporaryFolder()
        let transport = ScriptedTransport((1...3).map(accepted))
        let time = Locked<Int64>(1_800_000_000_000)
        let deliver = try deliver(
            transport, folder,
            extra: "[storm]\nalerts = '2/min'\nsummary = '+{count}'\n[option.now]\nurgent = true",
            time: time)
        for number in 1...2 { #expect(await alert(number, deliver).status == .sent) }
        let waiting = await alert(3, deliver)
        #expect(waiting.result == .failed(.rateExceeded))
        #expect(waiting.status.reply == 451)
        for number in 4...6 {
            let folded = await alert(number, deliver)
            #expect(folded.result == .folded)
            #expect(folded.status == .sent)
            #expect(folded.text.hasPrefix("folded: "))
        }
        #expect(transport.posts.count == 2)
        time.withLock { $0 += 30_000 }
        guard case .sent(let sent) = await alert(3, deliver).result else {
            Issue.record("not sent")
            return
        }
        #expect(sent.told == 3)
        let form = String(decoding: transport.posts.last?.form ?? [], as: UTF8.self)
        #expect(form.contains("Body=alert+3%0A%2B3") || form.contains("Body=alert%203%0A%2B3"))
        // Every retry hears what it heard.
        let again = await alert(3, deliver)
        #expect(again.text == "sent before as SM3, which tells of 3 folded")
        #expect(await alert(4, deliver).result == .folded)
        #expect(transport.posts.count == 3)
    }

    @Test("a group: sent to one number, folded for another, told in one reply")
    func groupInAStorm() async throws {
        let folder = try TemporaryFolder()
        let transport = ScriptedTransport((1...3).map(accepted))
        let deliver = try deliver(
            transport, folder,
            extra: "[storm]\nalerts = '1/h'\n[aliases]\nteam = ['+14155551212', '+14155551213']")
        #expect(await alert(1, deliver).status == .sent)
        #expect(await alert(2, deliver).result == .failed(.rateExceeded))
        let outcome = await alert(3, deliver, "team@x")
        #expect(outcome.status == .sent)
        #expect(outcome.text == "sent as SM2; folded for 1 of 2 numbers")
        // A retry of a folded one is answered although rules have changed.
        let refusing = try self.deliver(
            transport, folder,
            extra: "[policy]\ncountries = '+46'\n[aliases]\nteam = ['+14155551212']")
        #expect(await alert(3, refusing, "team@x").result == .folded)
    }

    private static let changes = [
        "[[sender]]\nmatch = \"sasl:nobody\"",
        "[[sender]]\nmatch = \"*\"\nto = \"+46*\"",
        "[policy]\ncountries = \"+46\"",
        "[[limit]]\nper = \"recipient\"\ndaily_segments = 0\nover_cap = \"reject\"",
    ]

    @Test("what was sent stays sent when the rules change before the retry", arguments: changes)
    func sentStaysSent(change: String) async throws {
        let folder = try TemporaryFolder()
        let transport = ScriptedTransport([created])
        #expect(await run(try deliver(transport, folder)).status == .sent)
        let changed = try deliver(transport, folder, extra: change)
        // The door may not refuse what may be a retry; the message's octets tell.
        #expect(await changed.check("14155551212@sms.example", envelope) == nil)
        guard case .sent(let sent) = await run(changed).result else {
            Issue.record("refused")
            return
        }
        #expect(sent.isRepeat)
        #expect(sent.sids == ["SM1"])
        let other = PreparedMessage(Array("Received: Q2\n\(message)".utf8), changed.configuration)
        let new = await changed(other, to: "14155551212@sms.example", envelope)
        #expect(new.status.statusClass == .permanent)
        #expect(transport.requests.count == 1)
    }

    @Test("of a group the number that is refused now counts as sent if it was")
    func groupStaysSent() async throws {
        let folder = try TemporaryFolder()
        let aliases = "[aliases]\nteam = [\"+14155551212\", \"+46701234567\"]\n"
        let transport = ScriptedTransport([created, .response(429, "{}")])
        let first = try deliver(transport, folder, extra: aliases)
        #expect(InlineExecutor.run { await run(first, "team@x") }.result == .failed(.providerBusy))
        let changed = try deliver(
            transport, folder, extra: aliases + "[policy]\ncountries = \"+46\"")
        // The second is tried again; the script being over, it is not reached.
        #expect(
            InlineExecutor.run { await run(changed, "team@x") }.result
                == .failed(.providerUnreachable))
        let neither = try deliver(
            transport, folder, extra: aliases + "[policy]\ncountries = \"+44\"")
        let outcome = InlineExecutor.run { await run(neither, "team@x") }
        #expect(outcome.result == .failed(.regionNotServed))
        // It names the one that was never sent, not the one that was.
        #expect(outcome.text.contains("+46701234567"))
        #expect(!outcome.text.contains("+14155551212"))
    }

    @Test("half of a split message that policy stops now is not taken for the whole")
    func halfIsNotSent() async throws {
        let folder = try TemporaryFolder()
        let split = "[message]\nmax_segments = 1\noverflow = \"split\"\n"
        let transport = ScriptedTransport([created, .response(429, "{}")])
        let first = try deliver(transport, folder, extra: split)
        let text = String(repeating: "Battery at the end. ", count: 12)
        let prepared = PreparedMessage(Array("Subject: x\n\n\(text)\n".utf8), first.configuration)
        #expect(
            await first(prepared, to: "+14155551212", envelope).result == .failed(.providerBusy))
        let changed = try deliver(
            transport, folder, extra: split + "[policy]\ncountries = \"+46\"")
        #expect(
            await changed(prepared, to: "+14155551212", envelope).result
                == .failed(.regionNotServed))
        #expect(transport.posts.count == 2)
    }

    @Test("without a journal nothing is sent")
    func noJournal() async throws {
        let folder = try TemporaryFolder()
        let transport = ScriptedTransport([created])
        let open = try deliver(transport, folder)
        let closed = try DirectJournal(open.configuration.journalOptions())
        await closed.close()
        let deliver = Deliver(
            configuration: open.configuration, clock: .system, transport: transport,
            journal: closed, log: .silent)
        let outcome = await run(deliver)
        #expect(outcome.result == .failed(.journal))
        #expect(transport.requests.isEmpty)
    }
}
