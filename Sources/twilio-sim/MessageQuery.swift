/// What a client asks of the list: filters and the page.
///
/// The date filters are named `DateSent`, `DateSent<` and `DateSent>`, and an `=` follows; clients
/// encode any of these characters or none, or put the sign in front of the date. A message that no
/// carrier has taken yet has no date sent, so it passes no date filter.
struct MessageQuery: Sendable {
    let recipient: String?
    let sender: String?
    /// At or after this moment.
    private(set) var from: Timestamp?
    /// Before this moment.
    private(set) var until: Timestamp?
    let page: Page

    init(_ query: String) throws(ProviderError) {
        let form = Form(parsing: query)
        recipient = form.text("To")
        sender = form.text("From")
        page = try Page(form)
        for field in form.fields where field.name.hasPrefix("DateSent") {
            var condition = field.name.dropFirst("DateSent".count) + field.value
            let sign = condition.first
            if sign == "<" || sign == ">" { condition = condition.dropFirst() }
            if condition.first == "=" { condition = condition.dropFirst() }
            if condition.isEmpty { continue }
            guard let span = DateSpan(parsing: String(condition)) else {
                throw .badValue(20422, "DateSent", "a date as YYYY-MM-DD or with a time of day")
            }
            if sign != "<" { from = span.start }
            if sign != ">" { until = span.end }
        }
    }

    func matches(_ resource: MessageResource) -> Bool {
        if let recipient, resource.message.to != recipient { return false }
        if let sender, resource.from != sender { return false }
        if from == nil && until == nil { return true }
        guard let sentAt = resource.sentAt else { return false }
        return from.map { $0 <= sentAt } ?? true && until.map { sentAt < $0 } ?? true
    }

    /// Which page of a list, and where it begins.
    struct Page: Sendable {
        static let standardSize = 50
        static let maximumSize = 1000

        /// For the client's use; without a token it counts the pages before this one.
        let number: Int
        let size: Int
        /// `PA` and the SID after which the page begins, or `PB` and the SID before which it ends.
        let token: String?

        init(_ form: Form) throws(ProviderError) {
            number = max(0, form.text("Page").flatMap { Int($0) } ?? 0)
            size = form.text("PageSize").map { Int($0) ?? 0 } ?? Self.standardSize
            token = form.text("PageToken")
            guard (1...Self.maximumSize).contains(size) else {
                throw .badValue(20007, "PageSize", "1 to \(Self.maximumSize)")
            }
        }

        /// The part of `sids`, newest first, that this page shows.
        func range(in sids: [String]) throws(ProviderError) -> Range<Int> {
            guard let token else {
                let start = min(
                    number.multipliedReportingOverflow(by: size).partialValue, sids.count)
                return max(0, start)..<min(max(0, start) + size, sids.count)
            }
            let sid = String(token.dropFirst(2))
            guard let index = sids.firstIndex(of: sid) else {
                throw .badValue(20422, "PageToken", "it is one that a list gave")
            }
            if token.hasPrefix("PA") { return index + 1..<min(index + 1 + size, sids.count) }
            return max(0, index - size)..<index
        }
    }
}
