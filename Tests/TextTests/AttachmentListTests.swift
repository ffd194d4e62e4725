import CoreMail
import Testing

@testable import CoreText

@Suite struct AttachmentListTests {
    private func list(_ text: String) -> (AttachmentList, Message) {
        let message = Message(parsing: Array(text.utf8))
        return (AttachmentList(of: message, besides: BodyText(choosingFrom: message)), message)
    }

    private func summary(_ text: String) -> String { list(text).0.summary }

    private func mixed(_ parts: String..., subtype: String = "mixed") -> String {
        "Content-Type: multipart/\(subtype); boundary=b\n\n"
            + parts.map { "--b\nContent-Type: \($0)\n" }.joined() + "--b--\n"
    }

    /// 3 octets for each 4 characters.
    private func base64(_ octetCount: Int) -> String {
        "Content-Transfer-Encoding: base64\n\n" + String(repeating: "AAAA", count: octetCount / 3)
    }

    @Test("names and sizes are told")
    func summaries() {
        #expect(summary("Subject: x\n\ntext") == "")
        #expect(
            summary(
                mixed(
                    "text/plain\n\nMotion", "image/jpeg; name=snapshot.jpg\n" + base64(212_001)))
                == "[snapshot.jpg, 212 KB]")
        #expect(summary("Content-Type: image/jpeg\n" + base64(1_440_000)) == "[image/jpeg, 1.4 MB]")
        #expect(summary("Content-Type: audio/amr\n\n12345") == "[audio/amr, 5 B]")
        #expect(
            summary(
                mixed(
                    "a/1; name=1\n\nx", "a/2; name=2\n\nx", "a/3; name=3\n\nx", "a/4; name=4\n\nx",
                    "a/5; name=5\n\nx"))
                == "[1, 1 B] [2, 1 B] [3, 1 B] [and 2 more]")
        #expect(
            summary(mixed("text/plain\n\na", "message/rfc822\n\nSubject: Old alarm\n\nx"))
                .hasPrefix("[Old alarm.eml, "))
    }

    @Test("what a reader does not list is left out")
    func leftOut() {
        let decorated = mixed(
            "text/html\n\n<p>x<img src=cid:a>", "image/png\nContent-ID: <a>\n\nx",
            subtype: "related")
        #expect(summary(decorated) == "")
        #expect(
            summary(mixed("text/plain\n\nx", "image/png\nContent-ID: <a>\n\nx", subtype: "related"))
                == "[image/png, 1 B]")
        #expect(
            summary(
                mixed("text/plain\n\nx", "application/pgp-signature\n\nx", subtype: "signed")) == ""
        )
        #expect(
            summary(
                mixed("text/plain\n\nx", "message/delivery-status\n\nx: y", subtype: "report"))
                == "")
        #expect(summary(mixed("text/plain\n\nx", "text/html\n\ny", subtype: "alternative")) == "")
        #expect(
            summary(mixed("image/png\n\nx", "text/plain; name=only.txt\n\ntext"))
                == "[image/png, 1 B]")
    }

    @Test(
        "a name from outside is made harmless",
        arguments: [
            ("../../etc/passwd", "passwd"), ("C:\\temp\\a.jpg", "a.jpg"),
            ("a\u{202E}gpj.exe", "agpj.exe"), ("a\tb\u{1B}.jpg", "ab.jpg"), ("a\u{A0}b", "a b"),
            (
                String(repeating: "n", count: 50) + ".jpeg",
                "nnnnnnnnnnnnnnnnnnnnnnnnnnn...nnnnn.jpeg"
            ),
        ])
    func names(_ name: String, _ want: String) {
        let attachment = Attachment(
            name: name, section: "1", declaredType: "a/b", byteCount: 1)
        #expect(attachment.name == want)
    }

    @Test(
        "sizes are rounded",
        arguments: [
            (999, "999 B"), (1_499, "1 KB"), (999_499, "999 KB"), (999_500, "1.0 MB"),
            (9_949_999, "9.9 MB"), (9_950_000, "10 MB"),
        ])
    func sizes(_ byteCount: Int, _ want: String) {
        let attachment = Attachment(
            name: "x", section: "1", declaredType: "a/b", byteCount: byteCount)
        #expect(attachment.label == "x, \(want)")
    }

    @Test("libmagic tells a picture from what it is called")
    func foundTypes() throws {
        let pixel =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
        var (attachments, message) = list(
            mixed(
                "text/plain\n\nx",
                "application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n\(pixel)"))
        #expect(attachments.attachments.map(\.foundType) == [nil])
        let types = try FileTypes()
        attachments.identify(in: message, with: types)
        #expect(attachments.attachments.map(\.foundType) == ["image/png"])
        #expect(attachments.attachments.map(\.declaredType) == ["application/pdf"])
    }
}
