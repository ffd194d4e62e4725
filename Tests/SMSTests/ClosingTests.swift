import CoreSMS
import CoreText
import Testing

/// The line that tells of folded alerts: always there, whatever is cut.
@Suite struct ClosingTests {
    private static let closing = "... and 37 more"

    private func compose(
        _ text: String, _ closing: String = closing, template: String = "{body}",
        _ change: (inout CompositionOptions) -> Void = { _ in }
    ) throws -> Composition {
        var options = CompositionOptions()
        options.template = try Template(parsing: template)
        change(&options)
        let input = CompositionInput(
            subject: "disk", body: [TextBlock(kind: .body, text: text)])
        return try Composition(input, options, closing: closing)
    }

    @Test(
        "it is the last line",
        arguments: [
            ("{body}", "full\n... and 37 more"),
            ("{subject}: {body}", "disk: full\n... and 37 more"),
            ("{body} ({subject})", "full (disk)\n... and 37 more"),
            ("{subject}", "disk\n... and 37 more"),
        ])
    func last(_ template: String, _ want: String) throws {
        #expect(try compose("full", template: template).messages == [want])
    }

    @Test("a text that has to be cut is cut in front of it", arguments: 1...3)
    func cut(segments: Int) throws {
        let got = try compose(String(repeating: "word ", count: 400)) { $0.maxSegments = segments }
        #expect(got.messages.count == 1)
        #expect(got.segments == segments)
        #expect(got.text.hasSuffix("...\n... and 37 more") || got.text.hasSuffix("... and 37 more"))
        #expect(got.text.hasPrefix("word word"))
    }

    @Test("a text that just fits without it is shortened, not refused")
    func reject() throws {
        let text = String(repeating: "a", count: 160)
        let got = try compose(text) {
            $0.maxSegments = 1
            $0.overflow = .reject
        }
        #expect(got.segments == 1)
        #expect(got.text.hasSuffix(Self.closing))
        #expect(throws: CompositionError.self) {
            _ = try compose(text + "a") {
                $0.maxSegments = 1
                $0.overflow = .reject
            }
        }
    }

    @Test("of several messages the last one has it")
    func split() throws {
        let got = try compose(String(repeating: "word ", count: 80)) {
            $0.maxSegments = 1
            $0.overflow = .split
        }
        #expect(got.messages.count > 2)
        #expect(got.messages.last?.hasSuffix(Self.closing) == true)
        #expect(got.messages.dropLast().allSatisfy { !$0.contains("37") })
    }

    @Test("where the end does not fit it stands in front")
    func front() throws {
        // More than nine messages of one segment hold.
        let series = try compose(String(repeating: "word ", count: 1000)) {
            $0.maxSegments = 1
            $0.overflow = .split
        }
        #expect(series.messages.first?.hasPrefix("(1/9) \(Self.closing)\nword") == true)
        // A field in front of the body that is longer than the message.
        let long = try compose("x", template: String(repeating: "y", count: 200) + "{body}") {
            $0.maxSegments = 1
        }
        #expect(long.text.hasPrefix("\(Self.closing)\nyyy"))
        #expect(long.segments == 1)
    }

    @Test("its own characters may be rewritten like the text's")
    func rewritten() throws {
        #expect(try compose("full", "… und 37 weitere ").text == "full\n... und 37 weitere")
        let cyrillic = try compose("full", "… и ещё 37")
        #expect(cyrillic.text == "full\n… и ещё 37")
        #expect(cyrillic.encoding == .ucs2)
    }
}
