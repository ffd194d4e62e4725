import TestSupport
import Testing

@testable import CoreText

@Suite struct TextClassifierTests {
    /// A text written with the kind of each line in front: `b ` body, `q ` quote, `s ` signature, `f `
    /// footer. Lines without text have the mark alone.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let marked: String
        let author: Author

        init(_ description: String, _ marked: String, by author: Author = bo) {
            (testDescription, self.marked, self.author) = (description, marked, author)
        }
    }

    private static let bo = Author(name: "Bo Ek", address: "bo@x.example")
    private static let desk = Author(name: "Desk", address: "desk@x.example")
    private static let machine = Author(isMachine: true, name: "Bo", address: "bo@x.example")

    private func classify(_ text: String, _ author: Author = bo) -> [TextBlock] {
        TextClassifier.blocks(of: Line.lines(of: Array(text.utf8)), author: author)
    }

    private func check(_ c: Case) {
        let text = c.marked.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.dropFirst(2) }.joined(separator: "\n")
        let want = c.marked.split(separator: "\n").map { String($0.prefix(1)) }.joined()
        var got = ""
        for block in classify(text, c.author) {
            let lineCount = block.text.split(separator: "\n", omittingEmptySubsequences: false)
                .count
            got += String(repeating: String(block.kind.rawValue.prefix(1)), count: lineCount)
        }
        #expect(got == want, "\(text)")
    }

    @Test(
        "quotations are found in many languages",
        arguments: [
            Case(
                "English",
                "b Yes.\nq \nq On Tue, Mar 3, 2026 at 6:50 AM Desk <d@x.example> wrote:\nq > Who?"),
            Case(
                "over lines",
                "b Yes.\nq \nq On Mar 3, 2026, at 6:50, Desk\nq <d@x.example>\nq wrote:\nq \nq > Who?"
            ),
            Case(
                "without marks below",
                "b Yes.\nq \nq On Tue, Mar 3, 2026 Desk <d@x.example> wrote:\nq \nq Who?\nq Desk"),
            Case(
                "German", "b Ja.\nq \nq Am 03.03.26 um 06:50 schrieb Desk <d@x.example>:\nq > Wer?"),
            Case(
                "French",
                "b Oui.\nq \nq Le 3 mars 2026 à 06:50, Desk <d@x.example> a écrit :\nq > Qui ?"),
            Case(
                "Spanish",
                "b Sí.\nq \nq El mar, 3 mar 2026 a las 6:50, Desk (<d@x.example>) escribió:\nq > ¿Quién?"
            ),
            Case(
                "Italian",
                "b Sì.\nq \nq Il giorno mar 3 mar 2026 alle 06:50 Desk <d@x.example> ha scritto:\nq > Chi?"
            ),
            Case(
                "Dutch",
                "b Ja.\nq \nq Op di 3 mrt. 2026 om 06:50 schreef Desk <d@x.example>:\nq > Wie?"),
            Case("Polish", "b Tak.\nq \nq W dniu 03.03.2026 o 06:50, Desk pisze:\nq > Kto?"),
            Case(
                "Swedish",
                "b Ja.\nq \nq Den tis 3 mars 2026 kl 06:50 skrev Desk <d@x.example>:\nq > Vem?"),
            Case(
                "Portuguese",
                "b Sim.\nq \nq Em ter., 3 de mar. de 2026 às 06:50, Desk <d@x.example> escreveu:\nq > Quem?"
            ),
            Case(
                "Finnish",
                "b Joo.\nq \nq ti 3. maalisk. 2026 klo 6.50 Desk (d@x.example) kirjoitti:\nq > Kuka?"
            ),
            Case(
                "Russian",
                "b Да.\nq \nq 3 марта 2026 г., 06:50 пользователь Desk <d@x.example> написал:\nq > Кто?"
            ),
            Case("Chinese", "b 好。\nq \nq 在 2026年3月3日，06:50，Desk <d@x.example> 写道：\nq > 谁？"),
            Case("Japanese", "b はい。\nq \nq 2026年3月3日(火) 6:50 Desk <d@x.example>:\nq > 誰？"),
            Case(
                "Gmail without words for the language",
                "b Yes.\nq \nq 2026-03-03 06:50 GMT+01:00 Bo Ek\nq \nq Who?"),
            Case("only marks, at the end", "b Yes.\nq > Who?\nq > When?"),
            Case(
                "Outlook",
                "b Yes.\nq \nq From: Desk <d@x.example>\nq Sent: Tuesday, March 3, 2026 6:50 AM\nq To: Bo\nq Subject: Who?\nq \nq Who is it?"
            ),
            Case(
                "Outlook in German, bold",
                "b Ja.\nq \nq *Von:* Desk\nq *Gesendet:* Dienstag, 3. März 2026\nq *An:* Bo\nq *Betreff:* Wer?\nq \nq Wer?"
            ),
            Case(
                "with a rule",
                "b Yes.\nq ________________________________\nq From: Desk\nq Sent: today\nq To: Bo\nq Subject: Who?\nq \nq x"
            ),
            Case(
                "with a separator",
                "b Oui.\nq \nq -----Message d'origine-----\nq De : Desk\nq Envoyé : mardi\nq \nq Qui ?"
            ),
            Case("a separator alone", "b Yes.\nq \nq ----- Original Message -----\nq \nq Hi"),
            Case(
                "an answer below",
                "q On Tue, Mar 3, 2026 Desk <d@x.example> wrote:\nq > Who?\nq \nb Me."),
            Case(
                "answers between",
                "q On Tue, Mar 3, 2026 Desk <d@x.example> wrote:\nq > Who?\nq \nb Me.\nq \nq > When?\nq \nb Now."
            ),
            Case(
                "text in front of the attribution",
                "b Yes, all 5.\nq On Tue, Mar 3, 2026 Desk <d@x.example> wrote:\nq > All?"),
            Case(
                "a forward and nothing else keeps its text",
                "q ---------- Forwarded message ---------\nq From: Desk <d@x.example>\nq Date: Tue\nq Subject: Leak\nq To: Bo\nq \nb Water in room 5."
            ),
        ])
    func quotations(_ c: Case) { check(c) }

    @Test(
        "what only looks like a quotation is body",
        arguments: [
            Case("marks above, without who wrote", "b > Who?\nb \nb Me."),
            Case("sentences with On", "b On the surface all is well.\nb On 2026-03-03 it failed."),
            Case(
                "a log with times and addresses",
                "b 2026-03-03 07:14 root <root@db1.example>:\nb disk full"),
            Case(
                "a line of a log, alone",
                "b Log\nb \nb 2026-03-03 06:50 GMT+01:00 DISK FULL\nb \nb db1"),
            Case(
                "a line of a log in a machine's mail",
                "b Log\nb \nb 2026-03-03 06:50 GMT+01:00 Disk Full\nb \nb db1", by: machine),
            Case("lines that end with a colon", "b Host db1 at 07:14 reports:\nb \nb disk full"),
            Case(
                "From and To of a call",
                "b New voicemail\nb \nb From: +4930123\nb To: 201\nb Date: 2026-03-03 07:14\nb Length: 0:14"
            ),
            Case(
                "wrote inside a link",
                "b See https://e.example/on-2026-someone-wrote-this\nb \nb Bye now"),
            Case("a table with rules", "b Name   State\nb ------------\nb db1    DOWN"),
            Case(
                "a scanner's report of a message",
                "b Stopped:\nb \nb From: a@x.example\nb Date: Tue\nb Subject: Invoice\nb \nb Virus found",
                by: machine),
            Case(
                "a protocol",
                "b <a@x.example>... Deferred: 450 4.7.12\nb while talking to mx.x.example:\nb >>> DATA\nb <<< 554 no recipients",
                by: machine),
            Case("a rule and labels", "b Details\nb ==========\nb From: sensor 4\nb Value: 12"),
        ])
    func noQuotations(_ c: Case) { check(c) }

    @Test(
        "signatures and mobile footers are found",
        arguments: [
            Case("RFC 3676", "b Lift 2 stuck.\ns -- \ns Bo\ns Facility desk"),
            Case("without its blank", "b Lift 2 stuck.\ns --\ns Bo\ns Facility desk, ext 44"),
            Case(
                "before a quotation",
                "b Hello\ns \ns -- \ns Bo\ns \nq On Tue, Mar 3, 2026 A <a@x.example> wrote:\nq > Hi"
            ),
            Case(
                "a loose separator below marks", "b > Who?\nb \nb Me.\ns \ns --\ns Kim", by: desk),
            Case("a telephone's", "b On my way\ns \ns Sent from my iPhone"),
            Case(
                "a telephone's in French, before a quotation",
                "b J'arrive\ns \ns Envoyé de mon iPhone\nq \nq > Le 3 mars 2026, A a écrit :\nq > Viens"
            ),
            Case("a telephone's in German", "b Ja\ns \ns Von meinem iPhone gesendet"),
            Case("a program's", "b Yes\ns \ns Sent from Mail for Windows 10"),
            Case("a closing", "b Room 5 is open.\ns \ns Best regards,\ns Bo Ek"),
            Case("a given name", "b Room 5 is open.\ns \ns Cheers\ns bo"),
            Case(
                "the name of a directory",
                "b Room 5 is open.\ns \ns Thanks,\ns Bo\ns Facility desk",
                by: Author(name: "Ek, Bo")),
            Case(
                "a name and address without a separator",
                "b Room 5 is open.\ns \ns Bo at the desk\ns <bo@x.example>\ns https://x.example"),
            Case(
                "a loose separator in an answer",
                "b Yes\nq \nq On Tue, Mar 3, 2026 A <a@x.example> wrote:\nq > Who?\ns --\ns Kim"),
            Case(
                "a contact",
                "b Room 5 is open.\ns \ns Bo Ek\ns bo@x.example\ns (555) 010-9947\ns www.x.example"),
            Case("rules at the end", "b Room 5 is open.\ns \ns ***\ns ====="),
        ])
    func signatures(_ c: Case) { check(c) }

    @Test(
        "an alert is not damaged by looking for signatures and footers",
        arguments: [
            Case(
                "dashes around a title", "b --SERVICE-ALERT---\nb ***** Nagios *****\nb State: DOWN"
            ),
            Case(
                "a loose separator in a machine's mail", "b Alarm\nb --\nb Zone: 4",
                by: machine),
            Case(
                "a loose separator with much below",
                "b Alarm\nb --\nb 1\nb 2\nb 3\nb 4\nb 5\nb 6\nb 7\nb 8\nb 9"),
            Case("nothing above the separator", "b -- \nb Zone 4"),
            Case("three dashes", "b Volume 1 crashed\nb ---\nb From NAS"),
            Case("only a signature", "b -- \nb Bo"),
            Case("only a quotation", "b > Zone 4\nb > Door open"),
            Case("only a footer", "b To unsubscribe send mail."),
            Case(
                "sent from, in a sentence",
                "b Sent from my desk is easier than from the phone, as all the others do say so.\nb Zone 4"
            ),
            Case("a closing that another signs", "b Door open.\nb \nb Regards,\nb Kim", by: desk),
            Case("thanks in advance", "b Door open.\nb \nb Thanks!\nb Call me at once"),
            Case(
                "a caller's name and number",
                "b New voicemail from:\nb \nb Kim Ny\nb (555) 010-9947\nb kim@y.example", by: desk),
            Case("a loose separator that nobody signs", "b Alarm\nb --\nb Zone 4", by: desk),
            Case("a joke", "b Yes\nb \nb Sent from a magnificent torch of pixels"),
            Case("where an alarm comes from", "b Fire\nb \nb Sent from hall 4"),
            Case("where an alarm comes from, in German", "b Feuer\nb \nb Gesendet von Halle 4"),
            Case("a closing with a fact", "b Door open.\nb \nb Regards,\nb Sensor 4"),
            Case(
                "a caution that is the matter",
                "b CAUTION: 46 C in room 5, click here for the external sensor mail"),
            Case(
                "a confidential matter in the middle",
                "b Alarm\nb \nb This message is confidential.\nb \nb Zone 4"),
        ])
    func alerts(_ c: Case) { check(c) }

    @Test(
        "footers and banners are found",
        arguments: [
            Case(
                "a mailing list's",
                "b Test at 9.\nf _______________________________________________\nf Ops mailing list -- ops@lists.example\nf To unsubscribe send mail"
            ),
            Case(
                "a banner",
                "f CAUTION: This email originated from outside of the organization. Do not click links.\nf \nb The key is at the desk."
            ),
            Case(
                "a banner in German",
                "f ACHTUNG: Diese E-Mail stammt von einem externen Absender. Öffnen Sie keine Anhänge.\nf \nb Der Schlüssel liegt hier."
            ),
            Case(
                "a disclaimer",
                "b Door open.\nf \nf This e-mail is confidential and intended only\nf for the recipient."
            ),
            Case(
                "a scanner's and a list's",
                "b Door open.\nf \nf This message has been scanned for viruses.\nf \nf Unsubscribe here"
            ),
            Case(
                "a disclaimer below a signature",
                "b Door open.\ns \ns -- \ns Bo\ns This e-mail is confidential."),
        ])
    func footers(_ c: Case) { check(c) }

    @Test("blocks joined are the text, there is always a body, and order stays")
    func invariants() {
        let seed = UInt64.random(in: 0...(.max))
        var random = Dice(seed: seed)
        let pieces = [
            "", "text", "> quoted", "On Tue, Mar 3, 2026 at 6:50 A <a@x> wrote:", "-- ", "--",
            "From: A", "Sent: Tue", "Subject: x", "-----Original Message-----",
            "________________________",
            "Sent from my iPhone", "To unsubscribe", "This email is confidential", "Regards,", "Bo",
            "-----BEGIN PGP SIGNED MESSAGE-----", "Am 3.3.26 schrieb", "a@x>:", "  ", "\u{1427}",
        ]
        for _ in 0..<2_000 {
            let lines = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }
            let text = lines.joined(separator: "\n")
            let blocks = classify(text)
            let want = lines.map {
                String(decoding: Array($0.utf8)[...].trimmingBlanksAtEnd, as: UTF8.self)
            }.joined(separator: "\n")
            #expect(blocks.map(\.text).joined(separator: "\n") == want, "seed \(seed)")
            let hasText = lines.contains { !$0.allSatisfy(\.isWhitespace) }
            let hasBody = blocks.contains {
                $0.kind == .body && !$0.text.allSatisfy(\.isWhitespace)
            }
            #expect(hasBody == hasText, "seed \(seed): \(text)")
            for (one, next) in zip(blocks, blocks.dropFirst()) { #expect(one.kind != next.kind) }
        }
    }
}
