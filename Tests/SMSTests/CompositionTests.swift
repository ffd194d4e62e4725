import CoreSMS
import CoreText
import Testing

@Suite struct CompositionTests {
    static func body(_ text: String) -> [TextBlock] { [TextBlock(kind: .body, text: text)] }

    static func compose(
        _ text: String, subject: String? = nil,
        _ change: (inout CompositionOptions) -> Void = { _ in }
    ) throws(CompositionError) -> Composition {
        var options = CompositionOptions()
        change(&options)
        return try Composition(CompositionInput(subject: subject, body: body(text)), options)
    }

    @Test("a plain text goes out as it is")
    func plain() throws {
        let got = try Self.compose("Disk full on db1\nsee /var")
        #expect(got.text == "Disk full on db1\nsee /var")
        #expect(got.messages == [got.text])
        #expect(got.encoding == .gsm7)
        #expect(got.segments == 1)
        #expect(got.dropped.isEmpty)
        #expect(got.transliterated == 0)
    }

    // MARK: what to say when the body says nothing

    @Test("an empty body falls back to the subject", arguments: ["", " \n\u{a0}\u{200b}\n"])
    func subject(text: String) throws {
        #expect(try Self.compose(text, subject: "UPS on battery").text == "UPS on battery")
    }

    @Test("neither body nor subject is an error", arguments: [nil, "", " ", "\u{feff}"])
    func nothing(subject: String?) {
        #expect(throws: CompositionError.nothingToSend) { try Self.compose("\n", subject: subject) }
    }

    @Test("a picture without a word is announced by its name")
    func attachmentOnly() throws {
        let input = CompositionInput(attachments: "[snapshot.jpg, 212 KB]", body: [])
        #expect(try Composition(input).text == "[snapshot.jpg, 212 KB]")
    }

    @Test("stripping never empties a message")
    func strippedEmpty() throws {
        let blocks = [TextBlock(kind: .signature, text: "-- \nALARM zone 4")]
        let got = try Composition(CompositionInput(subject: "Alarm panel", body: blocks))
        #expect(got.text == "Alarm panel\n-- \nALARM zone 4".replacing(" \n", with: "\n"))
        #expect(got.dropped.isEmpty)
    }

    // MARK: the order in which a text shrinks

    static let reply = [
        TextBlock(kind: .body, text: "The pump runs again.\n\nCall me."),
        TextBlock(kind: .signature, text: "-- \nAnna, Works"),
        TextBlock(kind: .quote, text: "> Pump 4 stopped"),
        TextBlock(kind: .footer, text: "This mail is confidential."),
    ]

    struct Shrink: Sendable {
        let segments: Int
        let body: String
        let want: String
        let dropped: [Dropped.What]
    }

    static let long = String(repeating: "word ", count: 26).trimmingSuffix()

    @Test(
        "what matters least goes first",
        arguments: [
            // Everything fits.
            (2, [], long + "\n\nend\n-- \nsig\n> q\nfooter"),
            (1, [.quote, .signature, .footer], long + "\n\nend"),
        ] as [(Int, [Dropped.What], String)])
    func order(segments: Int, dropped: [Dropped.What], want: String) throws {
        let blocks = [
            TextBlock(kind: .body, text: Self.long + "\n\nend"),
            TextBlock(kind: .signature, text: "-- \nsig" + String(repeating: "s", count: 0)),
            TextBlock(kind: .quote, text: "> q"),
            TextBlock(kind: .footer, text: "footer"),
        ]
        var options = CompositionOptions()
        options.strip = []
        options.maxSegments = segments
        let padded = blocks.map { block in
            var block = block
            if segments == 1 && block.kind != .body {
                block.text += " " + String(repeating: "x", count: 60)
            }
            return block
        }
        let got = try Composition(CompositionInput(body: padded), options)
        #expect(got.text == want.replacing(" \n", with: "\n"))
        #expect(got.dropped.map(\.what) == dropped)
    }
}

extension String {
    fileprivate func trimmingSuffix() -> String { hasSuffix(" ") ? String(dropLast()) : self }

    fileprivate func replacing(_ old: String, with new: String) -> String {
        var out = self
        while let range = out.firstRange(of: old) { out.replaceSubrange(range, with: new) }
        return out
    }
}
