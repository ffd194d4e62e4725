import CoreSystem
import CoreTwilio
import Testing

@Suite struct MessageResponseTests {
    private func read(_ status: Int, _ body: String) -> MessageResponse {
        MessageResponse(reading: HTTPResponse(status: status, body: Array(body.utf8)))
    }

    @Test("201 with a SID is an acceptance")
    func accepted() {
        let got = read(
            201, #"{"sid":"SM1","status":"queued","num_segments":"2","error_code":null}"#)
        guard case .accepted(let acceptance) = got else {
            Issue.record("\(got)")
            return
        }
        #expect(acceptance.sid == "SM1")
        #expect(acceptance.status == "queued")
        #expect(acceptance.segments == 2)
    }

    @Test("a Messaging Service has not counted yet")
    func acceptedByService() {
        let got = read(201, #"{"sid":"SM1","status":"accepted","num_segments":"0","from":null}"#)
        guard case .accepted(let acceptance) = got else {
            Issue.record("\(got)")
            return
        }
        #expect(acceptance.segments == nil)
    }

    @Test(
        "what is neither certainly accepted nor certainly refused is unclear",
        arguments: [
            (201, ""), (201, "<html>"), (201, #"{"sid":null}"#), (201, #"{"sid":""}"#),
            (201, #"{"status":"queued"}"#), (200, #"{"sid":"SM1","stat"#), (302, ""),
            (500, #"{"code":20500,"message":"m","status":500}"#), (503, ""), (0, ""), (204, ""),
            (599, "x"), (100, ""), (201, #"{"sid":17}"#),
        ])
    func unclear(status: Int, body: String) {
        let got = read(status, body)
        guard case .unclear(let reason) = got else {
            Issue.record("\(got)")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test("a message created as failed is a refusal with its code")
    func failedAtOnce() {
        let got = read(201, #"{"sid":"SM1","status":"failed","error_code":30007}"#)
        guard case .refused(let error) = got else {
            Issue.record("\(got)")
            return
        }
        #expect(error.verdict == .filtered)
        #expect(error.sid == "SM1")
    }

    @Test("a list page is read, its next page only on the same host")
    func list() throws {
        let account = Account(
            sid: "AC" + String(repeating: "0", count: 32), credentials: .authToken("t"))
        let body = #"""
            {"messages":[{"sid":"SM1","from":"+15550001","body":"x","status":"sent",
            "direction":"outbound-api","date_created":"Fri, 24 May 2019 17:44:46 +0000"},{}],
            "next_page_uri":"/2010-04-01/next?Page=1"}
            """#
        let page = try #require(
            MessageList(reading: HTTPResponse(status: 200, body: Array(body.utf8))))
        #expect(page.messages.count == 1)
        #expect(page.messages.first?.created == WallTime(milliseconds: 1_558_719_886_000))
        #expect(
            page.nextRequest(account)?.url == "https://api.twilio.com/2010-04-01/next?Page=1")
        let foreign = #"{"messages":[],"next_page_uri":"//evil.example/"}"#
        let other = try #require(
            MessageList(reading: HTTPResponse(status: 200, body: Array(foreign.utf8))))
        #expect(other.nextRequest(account) == nil)
        #expect(MessageList(reading: HTTPResponse(status: 403, body: [])) == nil)
        #expect(MessageList(reading: HTTPResponse(status: 200, body: Array("<".utf8))) == nil)
    }

    @Test(
        "a list page of another shape might hold the message that is sought, so it is unreadable",
        arguments: [
            #"{"messages":[{"sid":17}]}"#, #"{"messages":[{"sid":"SM1","body":{}}]}"#,
            #"{"messages":["SM1"]}"#, #"{"messages":{}}"#, #"{}"#, #"[]"#,
            #"{"messages":[],"next_page_uri":3}"#,
        ])
    func strangeList(body: String) {
        #expect(MessageList(reading: HTTPResponse(status: 200, body: Array(body.utf8))) == nil)
    }
}
