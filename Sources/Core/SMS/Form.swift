/// How a text is written: as it stands, or rewritten towards GSM-7. Chosen for the whole text.
enum Form {
    case written
    case lookAlikes
    case folded

    /// What the options make of a text. Costs nothing for one that is GSM-7 as it stands.
    init(for text: String, _ options: CompositionOptions) {
        self = .written
        guard !GSM7.has(text) else { return }
        let asWritten = SegmentCount(text).segments
        let keepsFree = options.unicode == .whenFree
        switch options.encoding {
        case .unicode: return
        case .smart:
            let alike = Transliteration(of: text, .lookAlikes)
            if GSM7.has(alike.text) && !alike.isBlank {
                self =
                    keepsFree && asWritten <= SegmentCount(alike.text).segments ? self : .lookAlikes
            } else if keepsFree {
                let folded = Transliteration(of: text, .folded)
                let isCheaper = SegmentCount(folded.text).segments < asWritten
                if folded.lost == 0 && isCheaper && !folded.isBlank { self = .folded }
            }
        case .gsm:
            let folded = Transliteration(of: text, .folded)
            let shown = text.reduce(0) { $1.isWhitespace ? $0 : $0 + 1 }
            // A row of question marks is no alert: better dear than empty.
            let lossLimit = CompositionOptions.lossLimit * Double(shown)
            if folded.isBlank || Double(folded.lost) > lossLimit { return }
            if keepsFree && asWritten <= SegmentCount(folded.text).segments { return }
            self = .folded
        }
    }

    /// The text in this form, and how many characters were replaced.
    func apply(to text: String) -> (text: String, replaced: Int) {
        switch self {
        case .written: return (text, 0)
        case .lookAlikes:
            let result = Transliteration(of: text, .lookAlikes)
            return (result.text, result.replaced)
        case .folded:
            let result = Transliteration(of: text, .folded)
            return (result.text, result.replaced + result.lost)
        }
    }
}
