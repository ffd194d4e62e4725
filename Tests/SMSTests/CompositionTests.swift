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
        #expect(got.text == "Alarm panel\n--\nALARM zone 4")
        #expect(got.dropped.isEmpty)
    }

    @Test("what makes a text Unicode can be named")
    func outsideGSM7() throws {
        let got = try Self.compose("caf\u{e9} 😀 ж жы 😀 漢")
        #expect(got.charactersOutsideGSM7(atMost: 3) == ["😀", "ж", "ы"])
        #expect(try Self.compose("plain é €").charactersOutsideGSM7(atMost: 3).isEmpty)
    }

    @Test(
        "a letter under a thousand marks keeps some",
        arguments: [
            (CompositionOptions.Encoding.smart, 11), (.gsm, 1),
        ])
    func marks(encoding: CompositionOptions.Encoding, count: Int) throws {
        let text = "e" + String(repeating: "\u{302}", count: 1_000)
        let got = try Self.compose(text) { $0.encoding = encoding }
        #expect(got.text.unicodeScalars.count == count)
    }

    @Test("a picture longer than a message is split as it comes")
    func longCluster() throws {
        let text = "👨" + String(repeating: "\u{200D}👨", count: 100)
        let got = try Self.compose(text) { options in
            options.maxSegments = 1
            options.overflow = .split
        }
        let sent = got.messages.map { $0.unicodeScalars.dropFirst(6) }.joined()
        #expect(sent.elementsEqual(text.unicodeScalars))
    }
}
