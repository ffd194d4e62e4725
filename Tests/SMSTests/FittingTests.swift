import CoreSMS
import CoreText
import Testing

/// How a text that is too long becomes one that fits, or several.
@Suite struct FittingTests {
    static func compose(
        _ text: String, segments: Int = 1, _ overflow: CompositionOptions.Overflow = .truncate,
        template: Template = .bodyOnly, subject: String? = nil
    ) throws(CompositionError) -> Composition {
        var options = CompositionOptions()
        options.maxSegments = segments
        options.overflow = overflow
        options.template = template
        return try Composition(
            CompositionInput(subject: subject, body: [TextBlock(kind: .body, text: text)]), options)
    }

    static func x(_ count: Int, _ letter: String = "x") -> String {
        String(repeating: letter, count: count)
    }

    /// Twelve letters and a blank, eleven times: 143 septets.
    static let words = x(11, "abcdefghijkl ").trimmed

    struct Case: Sendable {
        let what: String
        let text: String
        let want: String

        init(_ what: String, _ text: String, _ want: String) {
            self.what = what
            self.text = text
            self.want = want
        }
    }

    @Test(
        "a cut falls where a reader loses least",
        arguments: [
            Case("exactly one segment is not cut", x(160), x(160)),
            Case("one more is, with a mark", x(161), x(157) + "..."),
            Case("between words", words + " tail and more words", words + " tail and more ..."),
            Case(
                "in front of a short word", words + " incomprehensible text",
                words + " ..."),
            Case(
                "not inside a web address", words + " https://example.com/a/b/c",
                words + " ..."),
            Case(
                "nor inside one that holds other letters", words + " https://example.com/ü/b/c",
                words + " ..."),
            Case("nor inside a mail address", words + " root@mail.example.com", words + " ..."),
            Case("nor inside a number", words + " 12345678901234567890", words + " ..."),
            Case("nor inside a time", words + " 2026-11-21T14:00:00Z", words + " ..."),
            Case("nor inside an identifier", words + " srv-db-0123-primary-a", words + " ..."),
            Case(
                "nor in front of a letter that is not GSM-7", words + " 123456789ж", words + " ..."),
            Case("nor inside a path", words + " /var/log/postgresql/main.log", words + " ..."),
            Case("nor inside a host name", words + " mail.example.internal", words + " ..."),
            Case("nor inside a number in groups", words + " +1 415 555 1212 ok", words + " ..."),
            Case("but between numbers of a long list", x(100, "1 "), x(78, "1 ") + "..."),
            Case(
                "but inside a line of base64", "Log: aGVsbG8/" + x(300, "Q"),
                "Log: aGVsbG8/" + x(144, "Q") + "..."),
            Case(
                "an address that is longer than all is cut", "https://example.com/" + x(200),
                "https://example.com/" + x(137) + "..."),
            Case("an escape pair stays whole", x(156) + "€" + x(20), x(156) + "..."),
            Case("inside a very long word", "a " + x(200), "a " + x(155) + "..."),
            Case(
                "a long number in a long word stays whole", x(150) + "1234567890" + x(20),
                x(150) + "..."),
            Case("a line end is a place to cut", x(150) + "\n" + x(20), x(150) + " ..."),
            Case("clusters stay whole in UCS-2", x(65) + "🇮🇹🇮🇹🇮🇹", x(65) + "🇮🇹…"),
            Case("scripts without blanks are cut anywhere", x(80, "漢"), x(69, "漢") + "…"),
            Case(
                "GSM-7 up to the first other character if that says more", words + " ok 😀",
                words + " ok ..."),
            Case("UCS-2 if that says more", "😀 " + x(20, "word "), "😀 " + x(13, "word ") + "…"),
        ])
    func cuts(_ c: Case) throws {
        let got = try Self.compose(c.text)
        #expect(got.text == c.want, "\(c.what)")
        #expect(got.segments == 1)
        #expect(got.dropped.map(\.what) == (c.text == c.want ? [] : [.tail]))
    }

    @Test("the template's own text survives the cut")
    func template() throws {
        let template = try Template(parsing: "{subject}: {body} -- NOC")
        let got = try Self.compose(
            Self.x(60, "word "), template: template, subject: "Disk [db1] full")
        #expect(got.text.hasPrefix("Disk [db1] full: word word"))
        #expect(got.text.hasSuffix("word ... -- NOC"))
        #expect(got.segments == 1)
    }

    @Test("a subject without end is cut too")
    func longSubject() throws {
        let template = try Template(parsing: "{subject}: {body}")
        let got = try Self.compose("body", template: template, subject: Self.x(100, "word "))
        #expect(got.text.hasPrefix("word word"))
        #expect(got.text.hasSuffix("word ..."))
        #expect(got.segments == 1)
    }

    @Test(
        "no request is longer than the provider takes, whatever the segments",
        arguments: [
            x(5000), x(5000, "ж"), x(2000, "😀"), x(5000, "word "), x(5000, "€"),
        ])
    func characterLimit(text: String) throws {
        for overflow in [CompositionOptions.Overflow.truncate, .split] {
            let got = try Self.compose(text, segments: 24, overflow)
            for message in got.messages { #expect(message.utf16.count <= 1600) }
            #expect(got.messages[0].utf16.count > 1560)
        }
    }

    @Test("what matters least goes first, and only as much as it takes")
    func order() throws {
        func blocks(_ count: Int) -> [TextBlock] {
            [
                TextBlock(
                    kind: .body, text: "one\n\n" + Self.x(count) + "\n\ntwo"),
                TextBlock(kind: .signature, text: Self.x(20, "s")),
                TextBlock(kind: .quote, text: Self.x(20, "q")),
                TextBlock(kind: .footer, text: Self.x(20, "f")),
            ]
        }
        func compose(_ count: Int) throws -> Composition {
            var options = CompositionOptions()
            options.maxSegments = 1
            options.strip = []
            return try Composition(CompositionInput(body: blocks(count)), options)
        }
        func what(_ count: Int) throws -> [Dropped.What] {
            try compose(count).dropped.map(\.what)
        }
        #expect(try what(87) == [])
        #expect(try what(88) == [.quote])
        #expect(try what(108) == [.quote])
        #expect(try what(109) == [.quote, .signature])
        #expect(try what(129) == [.quote, .signature])
        #expect(try what(130) == [.quote, .signature, .footer])
        #expect(try what(150) == [.quote, .signature, .footer])
        #expect(try what(151) == [.quote, .signature, .footer, .blankLines])
        #expect(try what(153) == [.quote, .signature, .footer, .blankLines, .tail])
        #expect(try compose(109).text.contains("ffff"))
        #expect(try compose(152).text == "one\n\(Self.x(152))\ntwo")
        #expect(try compose(153).text == "one\n\(Self.x(152))...")
        #expect(try compose(153).segments == 1)
        for reason in try compose(153).dropped.map(\.reason) {
            #expect(reason == .limit(segments: 1))
        }
    }

    @Test(
        "what was taken off a subject is told only where the subject is sent",
        arguments: [("{subject}: {body}", "B", 1), ("{body}", "B", 0), ("{body}", "", 1)])
    func subjectPrefix(template: String, body: String, count: Int) throws {
        var options = CompositionOptions()
        options.template = try Template(parsing: template)
        let input = CompositionInput(
            subject: "Disk full", subjectPrefix: "Re: ",
            body: [TextBlock(kind: .body, text: body)])
        let got = try Composition(input, options).dropped.map(\.description)
        let want = "beginning of the subject (4 characters): it matches strip_subject"
        #expect(got == Array(repeating: want, count: count))
    }

    @Test("what the operator's disclaimers match is gone whatever strip says, but never all")
    func disclaimers() throws {
        let disclaimer = TextBlock(kind: .disclaimer, text: "This e-mail is ours.")
        var options = CompositionOptions()
        options.strip = []
        let body = [TextBlock(kind: .body, text: "Disk full"), disclaimer]
        let got = try Composition(CompositionInput(body: body), options)
        #expect(got.text == "Disk full")
        #expect(
            got.dropped.map(\.description) == ["disclaimer (20 characters): it matches disclaimers"]
        )
        #expect(
            try Composition(CompositionInput(body: [disclaimer]), options).text == disclaimer.text)
    }

    @Test("what the operator strips is gone even when there is room, and said to be")
    func strip() throws {
        let blocks = [
            TextBlock(kind: .body, text: "text"), TextBlock(kind: .signature, text: "sig"),
            TextBlock(kind: .quote, text: "quote"),
        ]
        let got = try Composition(CompositionInput(body: blocks))
        #expect(got.text == "text\nquote")
        #expect(got.dropped == [Dropped(what: .signature, reason: .stripped, characters: 3)])
        #expect(got.dropped.first?.description == "signature (3 characters): strip is set")
    }

    @Test("reject names the segments and the limit")
    func reject() throws {
        #expect(throws: CompositionError.tooLong(segments: 2, limit: 1)) {
            try Self.compose(Self.x(161), .reject)
        }
        #expect(throws: CompositionError.tooLong(segments: 11, limit: 10)) {
            try Self.compose(Self.x(1601), segments: 24, .reject)
        }
        #expect(try Self.compose(Self.x(160), .reject).segments == 1)
    }

    @Test("split numbers the messages and loses nothing")
    func split() throws {
        let text = Self.x(70, "word ").trimmed
        let got = try Self.compose(text, .split)
        #expect(got.messages.count == 3)
        #expect(got.messages[0].hasPrefix("(1/3) word"))
        #expect(got.messages[2].hasPrefix("(3/3) word"))
        #expect(got.messages.map { String($0.dropFirst(6)) }.joined(separator: " ") == text)
        #expect(got.text == text)
        #expect(got.segments == 3)
        #expect(got.dropped.isEmpty)
    }

    @Test("what fits one message is not numbered")
    func unsplit() throws {
        #expect(try Self.compose(Self.x(160), .split).messages == [Self.x(160)])
    }

    @Test("each message of a split text has the encoding it needs")
    func splitEncodings() throws {
        let got = try Self.compose(Self.x(40, "word ") + "😀", .split)
        #expect(got.messages.map { SegmentCount($0).encoding } == [.gsm7, .ucs2])
        #expect(got.encoding == .ucs2)
        #expect(got.messages.count == 2)
    }

    @Test("no mail becomes more than nine messages; the last has the mark of a cut")
    func splitLimit() throws {
        let got = try Self.compose(Self.x(1000, "word "), .split)
        #expect(got.messages.count == 9)
        #expect(got.messages[8].hasSuffix("word ..."))
        #expect(got.dropped.map(\.what) == [.tail])
        #expect(got.segments == 9)
    }

    @Test(
        "what stands behind more text than is looked at counts as cut off",
        arguments: ["a b ", "a\n\nb\n\n", "ä b "])
    func beyondTheLimit(_ text: String) throws {
        let long = TextBlock(kind: .body, text: Self.x(4_000, text))
        let quote = TextBlock(kind: .quote, text: "> quoted")
        let end = TextBlock(kind: .body, text: "the end")
        for overflow in [CompositionOptions.Overflow.truncate, .split] {
            var options = CompositionOptions()
            options.overflow = overflow
            let alone = try Composition(CompositionInput(body: [long]), options)
            let got = try Composition(
                CompositionInput(body: [long, quote, end, quote, end]), options)
            #expect(got.messages == alone.messages)
            let cut = { (composition: Composition) in
                composition.dropped.first { $0.what == .tail }?.characters ?? 0
            }
            // Line feeds between blocks may count too.
            let more = cut(got) - cut(alone) - 2 * end.text.unicodeScalars.count
            #expect((0...4).contains(more))
        }
    }
}

extension String {
    fileprivate var trimmed: String { hasSuffix(" ") ? String(dropLast()) : self }
}
