import CoreSystem
import TestSupport
import Testing

@Suite struct JSONTests {
    private static func read(_ text: String) -> JSON? { JSON(reading: Array(text.utf8)) }

    @Test(
        "every kind of value is read",
        arguments: [
            ("null", JSON.null), (" true ", .boolean(true)), ("false", .boolean(false)),
            ("-0.5e+10", .number("-0.5e+10")), ("0", .number("0")), ("\"\"", .string("")),
            ("[]", .array([])), ("{ }", .object([])),
            ("[1,[2]]", .array([.number("1"), .array([.number("2")])])),
            ("\t{\"a\" : null}\r\n", .object([JSON.Member("a", .null)])),
        ])
    func values(text: String, want: JSON) {
        #expect(Self.read(text) == want)
    }

    @Test(
        "escapes become what they stand for; half a surrogate pair is no character",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\u00E9""#, "éé"),
            (#""\ud83d\ude00""#, "😀"), ("\"😀\"", "😀"), (#""\ud83dx""#, "\u{FFFD}x"),
            (#""\ude00""#, "\u{FFFD}"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
            (#""\u0000""#, "\0"),
        ])
    func strings(text: String, want: String) {
        #expect(Self.read(text)?.text == want)
    }

    @Test(
        "what is not one whole JSON text is nothing",
        arguments: [
            "", " ", "nul", "nulll", "tru", "<html>", "{", "[", "[1,]", "[,]", "{\"a\"}",
            "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "01", "1.", ".5", "+1", "-", "1e", "0x10",
            "NaN", "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud83d\\u12\"",
            "\"a\nb\"", "1 2", "{} {}", "[1 2]", "\u{FEFF}{}", "// x\n1",
        ])
    func refused(text: String) {
        #expect(Self.read(text) == nil)
    }

    @Test("octets that are no UTF-8 are refused, also inside a string")
    func encoding() {
        #expect(JSON(reading: [0x22, 0xC3, 0x22]) == nil)
        #expect(JSON(reading: [0x22, 0xED, 0xA0, 0x80, 0x22]) == nil)
        #expect(JSON(reading: [0xFF]) == nil)
    }

    @Test("nesting is bounded, so hostile bytes do not overflow the stack")
    func depth() {
        func nested(_ count: Int) -> String {
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        #expect(Self.read(nested(32)) != nil)
        #expect(Self.read(nested(33)) == nil)
        #expect(Self.read(String(repeating: "[", count: 1_000_000)) == nil)
        #expect(Self.read(String(repeating: "{\"a\":", count: 1_000_000)) == nil)
    }

    @Test("a member of another type than the one asked for reads as absent")
    func members() throws {
        let value = try #require(Self.read(#"{"a":"x","n":17,"m":"18","z":null,"a":"y","f":1.5}"#))
        #expect(value["a"]?.text == "y")
        #expect(value["n"]?.text == nil)
        #expect(value["n"]?.integer == 17)
        #expect(value["m"]?.integer == 18)
        #expect(value["f"]?.integer == nil)
        #expect(value["none"] == nil)
        #expect(value["a"]?["b"] == nil)
        #expect(value.hasTextOrNothing("a"))
        #expect(value.hasTextOrNothing("z"))
        #expect(value.hasTextOrNothing("none"))
        #expect(!value.hasTextOrNothing("n"))
        #expect(!JSON.array([]).hasTextOrNothing("a"))
    }

    @Test("what is written is read back")
    func line() {
        let value = JSON.object([
            JSON.Member("text", .string("\"\\/\u{1}\u{1F}\n\r\t é😀\u{7F}")),
            JSON.Member("list", .strings(["a", ""])), JSON.Member("none", .string(optional: nil)),
            JSON.Member("number", .integer(-3)), JSON.Member("flag", .boolean(false)),
        ])
        #expect(JSON(reading: Array(value.line.utf8)) == value)
        #expect(
            value.line.hasPrefix(#"{"text":"\"\\/\u0001\u001f\n\r\t é"#),
            "compact, slashes as they are: \(value.line)")
    }

    @Test("any string that is written is read back, also one that ends the input too early")
    func anyString() {
        let seed = UInt64.random(in: 0 ... .max)
        var dice = Dice(seed: seed)
        let tokens = ["a", "sid", "\"", "\\", "/", "\n", "\u{1}", "é", "😀", "\u{7F}", " ", "u00"]
        for round in 0..<2_000 {
            let text = dice.text(of: tokens, upTo: 8)
            let octets = Array(JSON.string(text).line.utf8)
            #expect(JSON(reading: octets)?.text == text, "round \(round), seed \(seed)")
            #expect(JSON(reading: octets.dropLast()) == nil, "round \(round), seed \(seed)")
        }
    }

    @Test(
        "a text is found in a text",
        arguments: [
            ("abcabd", "abd", true), ("aab", "ab", true), ("abc", "", true), ("", "a", false),
            ("abc", "abcd", false), ("é://", "://", true), ("a", "b", false),
        ])
    func search(text: String, wanted: String, want: Bool) {
        #expect(text.holds(wanted) == want)
    }
}
