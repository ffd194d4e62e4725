package import CoreText

/// What an operator decides about the text of an SMS. The raw values are the configuration's words.
package struct CompositionOptions: Hashable, Sendable {
    package enum Encoding: String, Hashable, Sendable, CaseIterable {
        /// Look-alikes become GSM-7 where that brings the whole text into GSM-7.
        case smart
        /// Accents go too; only a text that would be more than `lossLimit` "?" stays Unicode.
        case gsm
        /// As it stands.
        case unicode
    }

    package enum UnicodePolicy: String, Hashable, Sendable, CaseIterable {
        /// What `encoding` leaves of Unicode is sent as Unicode.
        case always
        /// The text as written if it takes no more segments than in GSM-7; if it does, it is
        /// rewritten, with accents folded where nothing of the meaning is lost.
        case whenFree = "when-free"
    }

    package enum Overflow: String, Hashable, Sendable, CaseIterable {
        /// Leaves off quoted text, signature, footer, blank lines, then the end, with a mark.
        case truncate
        /// Several messages, numbered in front: `(1/3) `.
        case split
        /// `CompositionError.tooLong`
        case reject
    }

    package var template = Template.bodyOnly
    package var encoding = Encoding.smart
    package var unicode = UnicodePolicy.always
    /// Of one message: 1 to 24, the most that `characterLimit` allows.
    package var maxSegments = 10
    package var overflow = Overflow.truncate
    /// Left off even when there is room.
    package var strip: Set<TextBlock.Kind> = [.signature]

    /// DESIGN's defaults.
    package init() {}

    /// The provider's limit for one request, its error 21617. In UTF-16 code units.
    package static let characterLimit = 1600
    /// Segments that 1,600 UTF-16 code units take in UCS-2.
    package static let segmentLimit = 24
    /// The most messages that one mail is split into, so that no mail costs without end.
    package static let messageLimit = 9
    /// The share of "?" up to which a text is still worth sending in GSM-7.
    static let lossLimit = 0.3
}
