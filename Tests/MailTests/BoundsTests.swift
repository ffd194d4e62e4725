import Testing

@testable import CoreMail

/// Hostile messages: each is read whole, within its limits, and says so in its defects. That time
/// is linear is measured by `make bench`; here a message that took quadratic time would hang.
@Suite struct BoundsTests {
    private let crlf = "\r\n"

    private func message(_ text: String, limits: Limits = .standard) -> Message {
        Message(parsing: Array(text.utf8), limits: limits)
    }

    private func kinds(_ message: Message) -> Set<Defect.Kind> { Set(message.defects.map(\.kind)) }

    @Test("10,000 siblings")
    func siblings() {
        let part = "--b\n\nx\n"
        let got = message(
            "Content-Type: multipart/mixed; boundary=b\n\n" + String(repeating: part, count: 10_000)
        )
        #expect(got.leaves.count == Limits.standard.partCount - 1)
        #expect(kinds(got).contains(.tooManyParts))
    }

    @Test("blanks and comments without end in parameters without quotes, in each of 40 parts")
    func parameters() {
        for filler in [" ", " (a)"] {
            let blanks = String(repeating: filler, count: 60_000 / filler.utf8.count)
            let part = "--b\nContent-Type: text/plain; name=x\(blanks)y; charset=koi8-r\n\nx\n"
            let got = message(
                "Content-Type: multipart/mixed; boundary=b\n\n" + String(repeating: part, count: 40)
            )
            #expect(got.leaves.count == 40)
            #expect(got.leaves.last?.mediaType.parameters["charset"] == "koi8-r")
        }
    }

    @Test("long boundaries that differ at their ends, on many levels")
    func boundaries() {
        let long = String(repeating: "x", count: 30_000)
        var text = ""
        for level in 100..<200 {
            text += "Content-Type: multipart/mixed; boundary=\(long)\(level)\n\n--\(long)\(level)\n"
        }
        let got = message(text + "\n" + String(repeating: "--\(long)x99\n", count: 200))
        #expect(got.leaves.count == 1)
        #expect(got.leaves.first?.bodyRange.count ?? 0 > 6_000_000)
    }

    @Test("10,000 levels of multiparts")
    func nested() {
        var text = ""
        for level in 0..<10_000 {
            text += "Content-Type: multipart/mixed; boundary=b\(level)\n\n--b\(level)\n"
        }
        let got = message(text + "\ndeepest\n")
        #expect(kinds(got).contains(.tooDeep))
        #expect(got.leaves.count == 1)
        let path = got.leaves.first?.path ?? ""
        #expect(path.split(separator: ".").count == Limits.standard.depth)
    }

    @Test("1,000 messages in each other")
    func embedded() {
        let got = message(
            String(repeating: "Content-Type: message/rfc822\n\n", count: 1_000) + "\nx\n")
        #expect(kinds(got).contains(.tooDeep))
        #expect(got.leaves.count == Limits.standard.embeddedDepth + 1)
    }

    @Test("messages in base64 in each other cost no more than the limit together")
    func encodedMessages() {
        func base64(_ text: String) -> String {
            let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
            var output = ""
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: 3) {
                var bits = 0
                for offset in 0..<3 {
                    bits =
                        bits << 8 | (start + offset < bytes.count ? Int(bytes[start + offset]) : 32)
                }
                for shift in [18, 12, 6, 0] { output.append(alphabet[bits >> shift & 63]) }
            }
            return output
        }
        var limits = Limits.standard
        limits.decodedMessageByteCount = 200
        var text = "Subject: inmost\n\n" + String(repeating: "x", count: 300)
        for _ in 0..<4 {
            text =
                "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64(text)
        }
        let got = message(text, limits: limits)
        #expect(kinds(got).contains(.encodedMessage))
        var held = 0
        var inner = got.root.embedded
        while let message = inner {
            held += message.bytes.count
            inner = message.root.embedded
        }
        #expect(held <= 200)
    }

    @Test("signatures in signatures are opened no deeper than messages in messages")
    func signatures() {
        func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
            let length = (0..<4).map { UInt8(truncatingIfNeeded: content.count >> (24 - 8 * $0)) }
            return [tag, 0x84] + length + content
        }
        let pkcs7: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07]
        var inner = Array("\ninmost\n".utf8)
        for _ in 0..<200 {
            let content = element(0x30, element(6, pkcs7 + [1]) + element(0xA0, element(4, inner)))
            let signed = element(0x30, element(2, [1]) + element(0x31, []) + content)
            let info = element(0x30, element(6, pkcs7 + [2]) + element(0xA0, signed))
            inner = Array("Content-Type: application/pkcs7-mime\n\n".utf8) + info
        }
        var opened = 0
        var message = Message(parsing: inner)
        while let next = message.root.signedMessage {
            message = next
            opened += 1
        }
        #expect(opened == Limits.standard.embeddedDepth)
    }

    @Test("a header of 4 MB, a field of 4 MB, 100,000 fields")
    func headers() {
        let long = message(
            "X-Long: " + String(repeating: "a", count: 4 << 20) + "\nSubject: s\n\nx\n")
        #expect(long.header.bytes("X-Long")?.count == Limits.standard.fieldByteCount)
        #expect(kinds(long) == [.fieldTooLong, .headerTooLong])
        let folded = message(
            "X-Long: a\n" + String(repeating: " b\n", count: 1 << 20) + "Subject: s\n\nx\n")
        #expect(folded.header.bytes("X-Long")?.count == Limits.standard.fieldByteCount)
        let many = message(String(repeating: "A: b\n", count: 100_000) + "\nx\n")
        #expect(many.header.fields.count <= Limits.standard.fieldCount)
        #expect(kinds(many).contains(.tooManyFields))
        #expect(many.root.decodedText().text == "x\n")
        let parts = message(
            "Content-Type: multipart/mixed; boundary=b\n\n"
                + String(
                    repeating: "--b\n" + String(repeating: "A: b\n", count: 50) + "\nx\n",
                    count: 1_000))
        let fields = parts.leaves.reduce(0) { $0 + $1.header.fields.count }
        #expect(fields <= Limits.standard.fieldCount)
    }

    @Test("a line of 4 MB, a megabyte of line ends, a megabyte of dashes")
    func lines() {
        let multipart = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n"
        let line = message(multipart + String(repeating: "a", count: 4 << 20) + "\n--b--\n")
        #expect(line.leaves.first?.bodyRange.count == 4 << 20)
        let empty = message(multipart + String(repeating: "\n", count: 1 << 20) + "--b--\n")
        #expect(empty.leaves.first?.bodyRange.count == (1 << 20) - 1)
        let dashes = message(multipart + String(repeating: "--\n", count: 1 << 19) + "--b--\n")
        #expect(dashes.leaves.count == 1)
    }

    @Test("a header full of lines of dashes under a long Content-Type")
    func dashesInHeader() {
        let type = "Content-Type: multipart/mixed; x=" + String(repeating: "y", count: 60_000)
        let got = message(type + "\n" + String(repeating: "--\n", count: 1 << 18) + "A: b\n\nx\n")
        #expect(got.header.first("A") == nil)
        #expect(kinds(got).contains(.headerTooLong))
        let many = message(
            String(repeating: "A: b\n", count: 15_000) + String(repeating: "--\n", count: 1 << 18)
                + "\nx\n")
        #expect(many.header.fields.count == 15_000)
    }

    @Test("text is decoded no further than its limit, and not in the middle of a character")
    func text() {
        let body = String(repeating: "ü", count: 100_000)
        let got = message("Content-Type: text/plain; charset=utf-8\n\n" + body)
        let text = got.root.decodedText(limit: 1_001)
        #expect(text.text == String(repeating: "ü", count: 500))
        #expect(text.defects.map(\.kind) == [.textCut])
    }

    @Test("defects are bounded too")
    func defects() {
        let got = message(
            "Content-Type: multipart/mixed; boundary=b\n\n"
                + String(
                    repeating: "--b\nContent-Type: x\nContent-Transfer-Encoding: y\n\nz\n",
                    count: 500))
        #expect(got.defects.count == Limits.standard.defectCount + 1)
        #expect(got.defects.last?.kind == .tooManyDefects)
    }

    @Test("a message cut anywhere is read")
    func cuts() {
        let whole = Array(
            """
            From: "A, B" <a@example.org>\r
            Subject: =?utf-8?B?VMO8cg==?=\r
            Content-Type: multipart/mixed; boundary="b"\r
            \r
            --b\r
            Content-Type: message/rfc822\r
            \r
            Subject: inner\r
            Content-Type: multipart/alternative; boundary=c\r
            \r
            --c\r
            Content-Transfer-Encoding: quoted-printable\r
            \r
            =54=C3=BCr=\r
            --c--\r
            --b\r
            Content-Disposition: attachment; filename*0*=utf-8''%C3%BC; filename*1=x\r
            \r
            begin 644 x\r
            --b--\r

            """.utf8)
        for count in 0...whole.count {
            let got = Message(parsing: Array(whole[..<count]))
            for leaf in got.leaves {
                #expect(leaf.bodyRange.upperBound <= whole.count)
                _ = leaf.decodedText().text
                _ = LeafRecord(of: leaf)
            }
            _ = (got.subject, got.from, got.queueIDFromReceived)
        }
    }
}
