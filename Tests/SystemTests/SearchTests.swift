import CoreSystem
import Testing

@Suite struct SearchTests {
    @Test(
        "a text is found where its octets are",
        arguments: [
            ("abcabd", "abd", true), ("abcabd", "abcabd", true), ("abc", "abcd", false),
            ("abc", "", true), ("", "", true), ("", "a", false), ("grün", "ü", true),
            ("gru\u{308}n", "ü", false), ("a\0b", "\0b", true), ("aaab", "aab", true),
        ])
    func holds(text: String, wanted: String, want: Bool) {
        #expect(text.holds(wanted) == want)
        #expect(text[...].holds(wanted) == want)
    }

    @Test("a text that nearly fits everywhere takes linear time")
    func hostile() {
        let text = String(repeating: "a", count: 1 << 20)
        for _ in 0..<100 { #expect(!text.holds(text.prefix(1 << 19) + "b")) }
    }
}
