import CoreMail
import TestSupport
import Testing

@testable import CoreText

@Suite struct BodyTextTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let message: String
        let want: String
        let section: String?

        init(_ description: String, _ message: String, _ want: String, section: String? = "1") {
            (testDescription, self.message, self.want, self.section) =
                (description, message, want, section)
        }
    }

    /// Reads a message with LF and with CRLF, which must make no difference.
    private func read(_ message: String, _ options: TextOptions = TextOptions()) -> BodyText {
        let bare = BodyText(choosingFrom: Message(parsing: Array(message.utf8)), options: options)
        let network = BodyText(
            choosingFrom: Message(parsing: Array(message.replacing("\n", with: "\r\n").utf8)),
            options: options)
        #expect(bare.text == network.text)
        #expect(bare.blocks == network.blocks)
        #expect(bare.section == network.section)
        return bare
    }

    /// What is sent: all blocks together.
    private func sent(_ text: BodyText) -> String {
        text.blocks.map(\.text).joined(separator: "\n")
    }

    private static func multipart(_ subtype: String, _ parts: String..., rest: String = "")
        -> String
    {
        let body = parts.map { "--b\nContent-Type: \($0)\n" }.joined()
        return "Content-Type: multipart/\(subtype); boundary=b\(rest)\n\n\(body)--b--\n"
    }

    @Test(
        "the leaf that a reader would show is chosen",
        arguments: [
            Case("no MIME", "Subject: x\n\nAlarm\n", "Alarm"),
            Case("no text", "Subject: x\n\n", "", section: nil),
            Case("only a picture", "Content-Type: image/png\n\nxx", "", section: nil),
            Case(
                "plain before HTML",
                multipart("alternative", "text/plain\n\nplain", "text/html\n\n<p>html"), "plain",
                section: "1"),
            Case(
                "plain after HTML",
                multipart("alternative", "text/html\n\n<p>html", "text/plain\n\nplain"), "plain",
                section: "2"),
            Case(
                "blank plain",
                multipart(
                    "alternative", "text/plain; charset=utf-8\n\n \u{A0}\u{200B}\n",
                    "text/html\n\n<p>html"), "html", section: "2"),
            Case(
                "plain that says there is HTML",
                multipart(
                    "alternative",
                    "text/plain\n\nYour mail client does not support HTML. Please enable it.",
                    "text/html\n\n<p>Tank 3 empty"), "Tank 3 empty", section: "2"),
            Case(
                "the same in German",
                multipart(
                    "alternative",
                    "text/plain\n\nIhr Programm kann keine HTML-Mails anzeigen.",
                    "text/html\n\n<p>Tank 3 leer"), "Tank 3 leer", section: "2"),
            Case(
                "the same, but the HTML is blank",
                multipart("alternative", "text/plain\n\nSee the HTML version.", "text/html\n\n<p>"),
                "See the HTML version.", section: "1"),
            Case(
                "plain that tells of HTML at length",
                multipart(
                    "alternative",
                    "text/plain\n\n"
                        + String(repeating: "The HTML report is not supported. ", count: 20),
                    "text/html\n\n<p>x"),
                String(repeating: "The HTML report is not supported. ", count: 20)
                    .trimming { $0 == " " }, section: "1"),
            Case(
                "the root of a related, by start",
                multipart(
                    "related", "text/html\nContent-ID: <a>\n\n<p>no",
                    "text/html\nContent-ID: <r>\n\n<p>root", rest: "; start=\"<r>\""), "root",
                section: "2"),
            Case(
                "a report's text for people",
                multipart(
                    "report", "text/plain\n\nNot delivered.",
                    "message/delivery-status\n\nReporting-MTA: x",
                    rest: "; report-type=delivery-status"), "Not delivered.", section: "1"),
            Case(
                "an attachment is no text",
                multipart(
                    "mixed", "text/plain\nContent-Disposition: attachment\n\nlog",
                    "text/plain\n\ntext"), "text", section: "2"),
            Case(
                "a named part is no text",
                multipart("mixed", "text/plain; name=log.txt\n\nlog", "text/plain\n\ntext"),
                "text", section: "2"),
            Case(
                "unless there is nothing else",
                multipart("mixed", "image/png\n\nx", "text/plain; name=log.txt\n\nlog"), "log",
                section: "2"),
            Case(
                "encrypted",
                multipart(
                    "encrypted", "application/pgp-encrypted\n\nVersion: 1",
                    "application/octet-stream\n\nxx"), "", section: nil),
            Case(
                "a forwarded message, if there is nothing else",
                "Content-Type: message/rfc822\n\nSubject: y\n\nInner\n", "Inner", section: "1.1"),
            Case(
                "an unknown multipart", multipart("x-new", "text/plain\n\ntext"), "text",
                section: "1"),
            Case("an unknown text", "Content-Type: text/x-alarm\n\ntext", "text"),
            Case(
                "a calendar is not shown beside text",
                multipart("alternative", "text/calendar\n\nBEGIN:VCALENDAR", "text/plain\n\ntext"),
                "text", section: "2"),
            Case(
                "an invitation alone",
                "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nDTSTART:20200101T000000\n"
                    + "BEGIN:VEVENT\nSUMMARY:Fire drill\\, all\nDTSTART;TZID=X:20260303T071500\n"
                    + "LOCATION:Hall\n  2\nEND:VEVENT\nEND:VCALENDAR",
                "Fire drill, all\n2026-03-03 07:15\nHall 2"),
            Case(
                "enriched",
                "Content-Type: text/enriched\n\n<bold>Tank</bold> 3\nempty\n\n<param>x</param>now <<5",
                "Tank 3 empty\nnow <5"),
            Case("HTML without text", "Content-Type: text/html\n\n<img src=x>", "", section: nil),
            Case("flowed", "Content-Type: text/plain; format=Flowed; DelSp=Yes\n\na \nb", "ab"),
            Case(
                "HTML's own charset",
                "Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n"
                    + "PG1ldGEgY2hhcnNldD1rb2k4LXI+88LPyg==", "Сбой"),
            Case(
                "a boundary that never comes",
                "Content-Type: multipart/mixed; boundary=b\n\nText\n--b--\nrest", "Text"),
        ])
    func choice(_ c: Case) {
        let got = read(c.message)
        #expect(got.text == c.want)
        #expect(got.section == c.section)
        if c.section == nil { #expect(got.blocks.isEmpty) }
    }

    @Test("inline texts that follow are sent too, each once")
    func followingTexts() {
        let apple = Self.multipart(
            "mixed", "text/plain\n\nFirst", "image/png\nContent-Disposition: inline\n\nx",
            "text/plain\n\nSecond", "text/html\n\n<p>First</p>",
            "text/plain\nContent-Disposition: attachment\n\nlog")
        let got = read(apple)
        #expect(got.text == "First")
        #expect(sent(got) == "First\nSecond")
        #expect(got.inlineCount == 3)
    }

    @Test("a list's footer part is a footer")
    func footerPart() {
        let got = read(
            Self.multipart(
                "mixed", "text/plain\n\nGenerator test at 9",
                "text/plain\n\n____________________________\nOps mailing list\nops@lists.example"))
        #expect(got.blocks.map(\.kind) == [.body, .footer])
        #expect(got.blocks.first?.text == "Generator test at 9")
    }

    @Test("HTML sent as text/plain stays the leaf's text, but is not sent as source")
    func wrongLabel() {
        let got = read("Content-Type: text/plain\n\n<html><body><p>Tank 3</p></body></html>\n")
        #expect(got.text == "<html><body><p>Tank 3</p></body></html>")
        #expect(sent(got) == "Tank 3")
        #expect(sent(read("Subject: x\n\n<161>: not html")) == "<161>: not html")
    }

    @Test("controls, byte order marks and line ends of any kind are cleaned")
    func cleaning() {
        #expect(
            read("Subject: x\n\n\u{FEFF}a\u{0}\u{7}b\tc  \nd\u{1B}[1m\u{85}e\n\n\n").text
                == "ab\tc\nd[1me")
        let bare = Message(parsing: Array("Subject: x\n\na\rb\r\nc".utf8))
        #expect(BodyText(choosingFrom: bare).text == "a\nb\nc")
    }

    @Test("text behind pages of empty lines is found")
    func emptyPages() {
        let message = "Subject: x\n\n" + String(repeating: "\n", count: 100_000) + "end\n"
        #expect(read(message).text == "end")
    }

    @Test("PGP's armour is taken off, encrypted text is not sent")
    func armour() {
        let signed = read(
            "Subject: x\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nAlarm\n- --5\n"
                + "-----BEGIN PGP SIGNATURE-----\n\nxx\n-----END PGP SIGNATURE-----\n")
        #expect(signed.blocks.filter { $0.kind == .body }.map(\.text) == ["Alarm\n--5"])
        let encrypted = read(
            "Subject: x\n\n-----BEGIN PGP MESSAGE-----\n\nhQ==\n-----END PGP MESSAGE-----\n")
        #expect(encrypted.blocks.isEmpty)
        #expect(encrypted.hiddenBy == .pgpEncrypted)
    }

    @Test("the operator's choices are used")
    func options() {
        var options = TextOptions()
        options.defaultCharset = "koi8-r"
        options.disclaimers = ["^this e-?mail .* confidential", "(["]
        options.links = .address
        let text = Message(parsing: Array("Subject: x\n\n".utf8) + [0xF3, 0xC2, 0xCF, 0xCA])
        #expect(BodyText(choosingFrom: text, options: options).text == "Сбой")
        let html = read(
            "Content-Type: text/html\n\n<a href='https://e.example/x'>Report</a>"
                + "<p>This email is\nnot confidential.<p>Tank 3", options)
        #expect(
            html.blocks.filter { $0.kind == .body }.map(\.text)
                == ["Report <https://e.example/x>", "Tank 3"])
    }

    @Test("a uuencoded file in a text is sent as its name")
    func uuencoded() {
        let file = #"-2&5L;&\@=V]R;&0A"@``"#
        let text = read(
            "Subject: x\n\nTape 12 written.\nbegin 644 log.txt\n\(file)\n`\nend\nNext: 13.\n")
        #expect(sent(text) == "Tape 12 written.\n[log.txt]\nNext: 13.")
    }

    @Test("line ends and controls of ASCII are treated as beside what is not ASCII")
    func lineEnds() {
        let seed = UInt64.random(in: 0 ... .max)
        var dice = Dice(seed: seed)
        let tokens = [
            "Disk", " ", "\t", "\r\n", "\r\n", "\n", "\r", "\r\r\n", "\u{1}", "\u{7F}", ":", "~",
            "a",
        ]
        func read(_ text: String) -> String {
            let message = "Content-Type: text/plain; charset=utf-8\r\n\r\n\(text)"
            return BodyText(choosingFrom: Message(parsing: Array(message.utf8))).text
        }
        for round in 0..<3_000 {
            let text = dice.text(of: tokens, upTo: 12)
            let failure = Comment(
                rawValue: "\(text.debugDescription), round \(round), seed \(seed)")
            #expect(read("\(text)\nEnd.") + "é" == read("\(text)\nEnd.é"), failure)
            #expect(read("\(text).").hasSuffix("."), failure)
        }
    }
}
