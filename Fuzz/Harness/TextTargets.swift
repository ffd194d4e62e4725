internal import CoreMail
internal import CoreText

extension FuzzTarget {
    /// HTML as text, with its links shown in each way.
    static let html = FuzzTarget("html") { bytes in
        let source = String(decoding: bytes, as: UTF8.self)
        for links in HTMLText.Links.allCases {
            let limit = 4_096
            let html = HTMLText(source, links: links, limit: limit)
            // The character or the link that reaches the limit is still written.
            require(html.text.utf8.count <= limit + 2_100, "text is bounded")
            let lines = html.text.split(separator: "\n", omittingEmptySubsequences: false)
            require(
                html.quotations.count == (html.text.isEmpty ? 0 : lines.count),
                "each line has its quotation")
            for line in lines {
                require(line.last != " " && line.last != "\t", "no blank at the end of a line")
            }
            require(!html.text.contains("\n\n\n"), "no two empty lines together")
            require(isPrintable(html.text), "no control in the text")
        }
    }

    /// A message's text: the input is what follows `Content-`, so it can choose its own type.
    static let text = FuzzTarget("text") { bytes in
        let message = Message(parsing: Array("Content-".utf8) + bytes)
        var options = TextOptions()
        options.limit = 8_192
        let body = BodyText(choosingFrom: message, options: options)
        require(isPrintable(body.text), "no control in the text")
        require(
            body.text.isEmpty == (body.section == nil) || body.section != nil, "a text is somewhere"
        )
        require(
            body.blocks.isEmpty || body.blocks.contains { $0.kind == .body },
            "stripping leaves something")
        for (one, next) in zip(body.blocks, body.blocks.dropFirst()) {
            require(one.kind != next.kind, "blocks are joined")
        }
        for block in body.blocks { require(isPrintable(block.text), "no control in a block") }
        let list = AttachmentList(of: message, besides: body)
        require(!list.summary.contains("\n"), "attachments are one line")
        require(list.summary.utf8.count <= 1_000, "attachments are named in short")
    }

    /// Nothing but text, TAB and LF.
    private static func isPrintable(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy {
            $0.value >= 32 && !(127...159).contains($0.value) || $0 == "\t" || $0 == "\n"
        }
    }
}
