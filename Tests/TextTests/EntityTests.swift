import Testing

@testable import CoreText

@Suite struct EntityTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let input: String
        let want: String
        let testDescription: String
    }

    @Test(
        "character references are read as HTML's tokenizer reads them",
        arguments: [
            Case(input: "T&uuml;r", want: "Tür", testDescription: "name"),
            Case(input: "a&ampb", want: "a&b", testDescription: "old name without semicolon"),
            Case(input: "&notit;", want: "¬it;", testDescription: "longest old name that fits"),
            Case(input: "&notin;", want: "∉", testDescription: "whole name before old name"),
            Case(
                input: "&hellip x", want: "&hellip x",
                testDescription: "new name needs its semicolon"),
            Case(input: "&NotEqualTilde;", want: "≂̸", testDescription: "two scalars"),
            Case(input: "&bogus;&;& x&", want: "&bogus;&;& x&", testDescription: "only ampersands"),
            Case(input: "&#8364;&#x20ac;&#X20AC;", want: "€€€", testDescription: "numbers"),
            Case(input: "&#8364x", want: "€x", testDescription: "number without semicolon"),
            Case(input: "&#150;&#x80;&#129;.", want: "–€.", testDescription: "windows-1252"),
            Case(input: "&#;&#x;", want: "&#;&#x;", testDescription: "number without digits"),
            Case(
                input: "&#0;&#xD800;&#x110000;&#99999999999999999999;",
                want: "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}", testDescription: "impossible numbers"),
            Case(
                input: "&CounterClockwiseContourIntegral;", want: "∳",
                testDescription: "the longest name"),
            Case(input: "&zwj;", want: "", testDescription: "the last name but one, invisible"),
            Case(input: "&Aacute;&zeta;", want: "Áζ", testDescription: "case counts"),
        ])
    func references(_ c: Case) {
        #expect(HTMLText.plain(from: c.input) == c.want)
    }

    @Test("every record of the table is found by bisection")
    func wholeTable() {
        let table = StaticTable(EntityTable.records)
        let records = EntityTable.records.description.split(separator: " ")
        #expect(records.count == 2_125)
        var oldNames = 0
        for record in records {
            let key = Array(record.utf8.prefix { $0.isASCIILetterOrDigit })
            let found = table.find(key[...])
            #expect(found != nil, "\(record)")
            guard let found else { continue }
            #expect(
                String(decoding: key + [found.mark] + found.value, as: UTF8.self)
                    == String(record))
            if found.mark == UInt8(ascii: ".") { oldNames += 1 }
            let reference = Array("&".utf8) + key + Array(";".utf8)
            #expect(
                Entity(in: reference, at: 0, end: reference.count)?.byteCount == reference.count)
        }
        #expect(oldNames == 106)
        #expect(table.find(Array("A".utf8)[...]) == nil)
        #expect(table.find(Array("zzzz".utf8)[...]) == nil)
        #expect(table.find(Array("".utf8)[...]) == nil)
        #expect(table.find(Array("amp.26".utf8)[...]) == nil)
    }
}
