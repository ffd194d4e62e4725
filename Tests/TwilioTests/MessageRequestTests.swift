import CoreAddress
import CoreTwilio
import Foundation
import Testing

@Suite struct MessageRequestTests {
    private let account = Account(
        sid: "AC" + String(repeating: "a", count: 32),
        credentials: .apiKey(sid: "SK1", secret: "secret"))

    @Test("the form is escaped as Twilio's own libraries escape it")
    func form() throws {
        let request = MessageRequest(
            to: try #require(PhoneNumber(e164: "+14155551212")),
            sender: .number(try #require(PhoneNumber(e164: "+18085551234"))),
            body: "Größe & 5% = 1/2\n~*", validityPeriod: .seconds(14400))
        let http = request.httpRequest(account)
        #expect(http.url.hasSuffix("/2010-04-01/Accounts/\(account.sid)/Messages.json"))
        #expect(http.user == "SK1")
        #expect(
            String(decoding: http.form ?? [], as: UTF8.self)
                == "To=%2B14155551212&From=%2B18085551234"
                + "&Body=Gr%C3%B6%C3%9Fe+%26+5%25+%3D+1%2F2%0A%7E*&ValidityPeriod=14400")
    }

    @Test("every octet is escaped as the URL standard's serializer does it")
    func everyOctet() {
        let text = String(String.UnicodeScalarView((0..<0x800).compactMap { Unicode.Scalar($0) }))
        var allowed = CharacterSet(charactersIn: "a"..."z").union(
            CharacterSet(charactersIn: "A"..."Z"))
        allowed.formUnion(CharacterSet(charactersIn: "0123456789-._* "))
        let want = text.addingPercentEncoding(withAllowedCharacters: allowed)?
            .replacingOccurrences(of: " ", with: "+")
        var form = FormEncoding()
        form.append("a b", text)
        form.append("", "")
        #expect(String(decoding: form.bytes, as: UTF8.self) == "a+b=\(want ?? "")&=")
    }

    @Test(
        "a sender is one of four kinds",
        arguments: [
            ("+18085551234", "+18085551234"), ("MG" + String(repeating: "0", count: 32), nil),
            ("12345", "12345"), ("ACME Ops", "ACME Ops"), ("MGmt", "MGmt"),
            ("", ""), ("TwelveChars1", ""), ("+", ""), ("Ärger", ""), ("12", ""),
        ] as [(String, String?)])
    func sender(text: String, wantFrom: String?) throws {
        let sender = SenderIdentity(text)
        guard wantFrom != "" else {
            #expect(sender == nil)
            return
        }
        let request = MessageRequest(
            to: try #require(PhoneNumber(e164: "+14155551212")), sender: try #require(sender),
            body: "x")
        let form = String(decoding: request.httpRequest(account).form ?? [], as: UTF8.self)
        #expect(form.contains(wantFrom == nil ? "&MessagingServiceSid=MG0" : "&From="))
        #expect(sender?.wireForm == text)
    }

    @Test("no description shows a secret")
    func secrets() {
        #expect(!"\(account)".contains("secret"))
        #expect(!String(reflecting: account.credentials).contains("\"secret\""))
    }
}
