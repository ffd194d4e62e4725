import Testing

@testable import CoreMail

@Suite struct EncodedWordTests {
    @Test(
        "encoded words, as RFC 2047 has them and as they are sent",
        arguments: [
            Case("none", "plain text", "plain text"),
            Case("Q", "=?utf-8?Q?T=C3=BCr_offen?=", "Tür offen"),
            Case("B", "=?utf-8?B?VMO8cg==?=", "Tür"),
            Case("case", "=?UTF-8?q?T=c3=bcr?=", "Tür"),
            Case("a language", "=?utf-8*de?Q?T=C3=BCr?=", "Tür"),
            Case("blanks between words vanish", "=?utf-8?Q?a?=\r\n =?utf-8?Q?b?=", "ab"),
            Case("also between words of two charsets", "=?utf-8?Q?a?=  =?koi8-r?Q?=C1?=", "aа"),
            Case("blanks beside text stay", "x =?utf-8?Q?a?= y", "x a y"),
            Case("glued to text", "x=?utf-8?Q?a?=y", "xay"),
            Case("glued to each other", "=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"),
            Case("a character split between words", "=?utf-8?Q?T=C3?= =?utf-8?Q?=BCr?=", "Tür"),
            Case("each word's padding for itself", "=?utf-8?B?VA==?= =?utf-8?B?w7xy?=", "Tür"),
            Case("unpadded", "=?utf-8?B?VMO8cg?=", "Tür"),
            Case("a blank inside Q", "=?utf-8?Q?T=C3=BCr offen?=", "Tür offen"),
            Case("a question mark at the end of Q", "=?utf-8?Q?offen??=", "offen?"),
            Case("empty", "a =?utf-8?Q??= b", "a  b"),
            Case("no code", "=?utf-8?Q?5=ZZ=?=", "5=ZZ="),
            Case("unknown encoding stays", "=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
            Case("no end stays", "=?utf-8?Q?abc", "=?utf-8?Q?abc"),
            Case("no charset", "=??Q?T=C3=BCr?=", "Tür"),
            Case("unknown charset", "=?x-none?Q?T=FCr?=", "Tür"),
            Case(
                "ISO-2022-JP ends with its word",
                "=?iso-2022-jp?B?GyRCN1k=?= =?iso-2022-jp?B?YQ==?=", "警a"),
            Case("gb2312 is GB18030", "=?gb2312?B?iPM=?=", "報"),
            Case("folds in plain text", "one\r\n two\r\n\tthree", "one two\tthree"),
            Case("raw UTF-8 around", "ä =?utf-8?Q?=C3=B6?= ü", "ä ö ü"),
        ])
    func text(_ c: Case<String, String>) {
        #expect(EncodedWord.text(from: Array(c.input.utf8)[...]) == c.want)
    }

    @Test("raw octets that are no UTF-8 are windows-1252")
    func rawLatin1() {
        #expect(EncodedWord.text(from: [0x54, 0xFC, 0x72, 0x20, 0x96][...]) == "Tür –")
    }

    @Test("a slice is read within its bounds")
    func slice() {
        let bytes = Array("=?utf-8?Q?a?==?utf-8?Q?b?==?utf-8?Q?c?=".utf8)
        #expect(EncodedWord.text(from: bytes[13..<26]) == "b")
        #expect(EncodedWord.text(from: bytes[13..<25]) == "=?utf-8?Q?b?")
    }

    @Test("floods of beginnings and of words cost no more than their octets")
    func floods() {
        let beginnings = String(repeating: "=?utf-8?Q?", count: 20_000)
        #expect(EncodedWord.text(from: Array(beginnings.utf8)[...]) == beginnings)
        let words = String(repeating: "=?utf-8?Q?a?= ", count: 20_000)
        #expect(EncodedWord.text(from: Array(words.utf8)[...]).count == 20_001)
        let japanese = String(repeating: "=?iso-2022-jp?Q?a?= ", count: 5_000)
        #expect(EncodedWord.text(from: Array(japanese.utf8)[...]).count == 5_001)
    }
}
