/// A page of a list with the addresses of its neighbours, as all lists of the 2010 API have it.
struct ListEnvelope {
    /// Of the list, without the query.
    let path: String
    /// The filters that each address repeats, as the client wrote them.
    let filters: String
    let page: MessageQuery.Page
    /// All that match, in order.
    let sids: [String]

    init(path: String, query: String, page: MessageQuery.Page, sids: [String]) {
        self.path = path
        self.page = page
        self.sids = sids
        let own = ["Page=", "PageSize=", "PageToken="]
        filters =
            query.split(separator: "&")
            .filter { field in !own.contains { field.hasPrefix($0) } }
            .map { Self.safe($0) + "&" }.joined()
    }

    func json(_ key: String, _ range: Range<Int>, _ items: [JSON]) -> JSON {
        var previous: String?
        if range.lowerBound > 0, let first = sids[range].first ?? sids.last {
            previous = address(page.number - 1, "PB" + first)
        }
        var next: String?
        if range.upperBound < sids.count, let last = sids[range].last {
            next = address(page.number + 1, "PA" + last)
        }
        return [
            key: .list(items),
            "page": .number(page.number),
            "page_size": .number(page.size),
            "start": .number(range.lowerBound),
            "end": .number(max(range.lowerBound, range.upperBound - 1)),
            "uri": .text(address(page.number, page.token)),
            "first_page_uri": .text(address(0, nil)),
            "next_page_uri": JSON(next),
            "previous_page_uri": JSON(previous),
        ]
    }

    private func address(_ number: Int, _ token: String?) -> String {
        let tail = token.map { "&PageToken=\(Form.encoded($0))" } ?? ""
        return "\(path)?\(filters)PageSize=\(page.size)&Page=\(max(0, number))\(tail)"
    }

    /// `<` and `>` may not stand in a URI.
    private static func safe(_ field: Substring) -> String {  // RFC 3986 §2
        field.map { $0 == "<" ? "%3C" : $0 == ">" ? "%3E" : String($0) }.joined()
    }
}
