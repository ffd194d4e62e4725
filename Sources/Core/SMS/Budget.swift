/// How long one message may be.
struct Budget: Hashable, Sendable {
    let segments: Int
    /// UTF-16 code units, the provider's limit for one request.
    var characters = CompositionOptions.characterLimit

    func holds(_ packing: Packing, length: Int) -> Bool {
        length <= characters && packing.segments <= segments
    }

    /// Whether a text fits. Stops counting as soon as it does not.
    func holds(_ text: String) -> Bool {
        guard text.utf16.count <= characters else { return false }
        return SegmentCount(text).segments <= segments
    }
}
