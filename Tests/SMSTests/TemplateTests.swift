import CoreSMS
import CoreText
import Testing

@Suite struct TemplateTests {
    struct Case: Sendable {
        let template: String
        let subject: String
        let body: String
        let want: String

        init(_ template: String, _ subject: String, _ body: String, _ want: String) {
            self.template = template
            self.subject = subject
            self.body = body
            self.want = want
        }
    }

    @Test(
        "fields are filled, and what separates nothing goes",
        arguments: [
            Case("{body}", "S", "B", "B"),
            Case("{subject}: {body}", "S", "B", "S: B"),
            Case("{subject}: {body}", "", "B", "B"),
            Case("{subject}: {body}", "S", "", "S"),
            Case("{subject}\n{body}", "S", "B\nC", "S\nB\nC"),
            Case("[{from}] {body}", "S", "B", "[UPS 4] B"),
            Case("{from}: {subject} - {body}", "", "B", "UPS 4 - B"),
            Case("{from}: {subject} - {body}", "S", "", "UPS 4: S"),
            Case("{date} {from}: {body}", "S", "B", "09:41 UPS 4: B"),
            Case("{body} {attachments}", "S", "B", "B [a.jpg, 2 KB]"),
            Case("{attachments}", "", "", "[a.jpg, 2 KB]"),
            Case("Mail from {from}", "", "", "Mail from UPS 4"),
            Case("ALERT {body} !", "S", "B", "ALERT B !"),
            Case("ALERT {body} !", "S", "", "ALERT S !"),
            Case("{{{subject}}} {body}", "S", "B", "{S} B"),
            Case("{{body}}", "S", "B", "{body}"),
            Case("a } b {{ {body}", "S", "B", "a } b { B"),
            Case("{subject}: {body}", "Disk full", "Disk full\non db1", "Disk full: on db1"),
            Case("{subject}: {body}", "Disk full", "Disk full", "Disk full: Disk full"),
            Case("{body}", "Disk full", "Disk full\non db1", "Disk full\non db1"),
            Case("{subject}", "S\r\n evil\u{202E}", "B", "S evil"),
            Case("{body}{body}", "S", "B", "BB"),
        ])
    func fills(_ c: Case) throws {
        var options = CompositionOptions()
        options.template = try Template(parsing: c.template)
        let input = CompositionInput(
            subject: c.subject, from: "UPS 4", date: "09:41", attachments: "[a.jpg, 2 KB]",
            body: [TextBlock(kind: .body, text: c.body)])
        #expect(try Composition(input, options).text == c.want)
    }

    struct Wrong: Sendable {
        let template: String
        let column: Int
        let says: String
    }

    @Test(
        "a wrong template says where, and what is allowed",
        arguments: [
            Wrong(template: "", column: 1, says: "{subject} {from} {body} {date} {attachments}"),
            Wrong(
                template: "a {text}", column: 3, says: "no field {text}; there are {subject} {from}"
            ),
            Wrong(template: "{Body}", column: 1, says: "{{ for a brace"),
            Wrong(template: "x {body", column: 3, says: "a literal brace is {{"),
            Wrong(template: "{}", column: 1, says: "no field {}"),
            Wrong(template: "{{{", column: 3, says: "a literal brace is {{"),
            Wrong(template: "{ body }", column: 1, says: "no field { body }"),
        ])
    func wrong(_ c: Wrong) {
        do throws(TemplateError) {
            _ = try Template(parsing: c.template)
            Issue.record("\(c.template) was taken")
        } catch {
            #expect(error.column == c.column)
            #expect(error.description.contains(c.says), "\(error)")
        }
    }

    @Test("the template knows its fields")
    func uses() throws {
        let template = try Template(parsing: "{from}: {body}")
        #expect(template.uses(.from))
        #expect(template.uses(.body))
        #expect(!template.uses(.subject))
        #expect(try Template(parsing: "{body}") == .bodyOnly)
    }
}
