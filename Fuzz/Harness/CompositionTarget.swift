internal import CoreSMS
internal import CoreText

extension FuzzTarget {
    /// Options, template, fields and blocks, separated by NUL: see `Recipe`.
    static let composition = FuzzTarget("composition") { bytes in
        let recipe = Recipe(bytes)
        let composition: Composition
        do throws(CompositionError) {
            composition = try Composition(recipe.input, recipe.options)
        } catch {
            require(!error.description.isEmpty, "an error has words")
            return
        }
        let limit = max(1, min(24, recipe.options.maxSegments))
        let messages = composition.messages
        require(!messages.isEmpty, "there is something to send")
        require(messages.count <= CompositionOptions.messageLimit, "a mail is not sent without end")
        var segments = 0
        for message in messages {
            let count = SegmentCount(message)
            segments += count.segments
            require(count.segments >= 1 && count.segments <= limit, "a message keeps its budget")
            require(message.utf16.count <= CompositionOptions.characterLimit, "a request is taken")
            if recipe.hasOwnTemplate { continue }
            require(!message.unicodeScalars.contains(where: isForbidden), "no character deceives")
        }
        require(composition.segments == segments, "segments are counted")
        if recipe.options.overflow == .split, composition.dropped.isEmpty, messages.count > 1 {
            let parts = String(
                String.UnicodeScalarView(messages.map { $0.unicodeScalars.dropFirst(6) }.joined()))
            require(letters(of: parts) == letters(of: composition.text), "split loses nothing")
        }
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 && scalar != "\n" || (0x7F...0x9F).contains(scalar.value)
            || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
            || scalar == "\u{A0}" || scalar == "\u{FEFF}" || scalar == "\u{200B}"
    }

    private static func letters(of text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.filter { !$0.properties.isWhitespace }
    }
}

/// What the bytes of a fuzzed composition mean.
private struct Recipe {
    let options: CompositionOptions
    let input: CompositionInput
    let hasOwnTemplate: Bool

    /// Two octets of options, then template, subject, author and blocks, each ended by NUL; the first
    /// octet of a block chooses its kind.
    init(_ bytes: [UInt8]) {
        let first = Int(bytes.first ?? 0)
        let second = Int(bytes.dropFirst().first ?? 0)
        var fields = bytes.dropFirst(2).split(
            separator: 0, maxSplits: 40, omittingEmptySubsequences: false)[...]
        func next() -> String { String(decoding: fields.popFirst() ?? [], as: UTF8.self) }

        var options = CompositionOptions()
        options.encoding = Self.choose(first)
        options.unicode = Self.choose(first >> 2)
        options.overflow = Self.choose(first >> 3)
        options.maxSegments = second % 26
        let kinds = TextBlock.Kind.allCases
        options.strip = Set(kinds.indices.filter { first >> ($0 + 4) & 1 == 1 }.map { kinds[$0] })
        do throws(TemplateError) {
            options.template = try Template(parsing: next())
        } catch {
            require(error.column >= 1, "an error has a place")
        }
        self.options = options
        hasOwnTemplate = options.template != .bodyOnly
        let subject = next()
        let from = next()
        input = CompositionInput(
            subject: subject, from: from,
            body: fields.map { block in
                TextBlock(
                    kind: Self.choose(Int(block.first ?? 0)),
                    text: String(decoding: block.dropFirst(), as: UTF8.self))
            })
    }

    private static func choose<Choice: CaseIterable>(_ number: Int) -> Choice
    where Choice.AllCases == [Choice] {
        let all = Choice.allCases
        return all[number % all.count]
    }
}
