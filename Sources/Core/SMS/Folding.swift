/// What `encoding = "gsm"` does to letters that GSM-7 does not have: it gives up their accents.
///
/// Latin letters lose their marks (á → a, ł → l); Cyrillic is romanized letter by letter; Greek
/// becomes the capitals that GSM-7 has or that look Latin, as Greek phones do. Scripts that a
/// reader could not know again (Arabic, Chinese, Hindi, ...) and pictures have no equal here: the
/// caller puts "?" or keeps Unicode.
enum Folding {
    /// The replacement in GSM-7, "" to leave a mark out; nil when there is none.
    static func replacement(for scalar: Unicode.Scalar) -> String? {
        let value = scalar.value
        switch value {
        case 0xC0...0xFF: return letter(latin1, value - 0xC0) ?? other(value)
        case 0x100...0x17F: return letter(latinExtendedA, value - 0x100) ?? other(value)
        case 0x180...0x24F: return letter(latinExtendedB, value - 0x180) ?? other(value)
        case 0x1E00...0x1EFF: return letter(latinAdditional, value - 0x1E00) ?? other(value)
        // Combining marks, and the box of a keycap.
        case 0x300...0x36F, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE20...0xFE2F:
            return ""
        case 0x370...0x3FF: return greek(value)
        case 0x400...0x4FF: return cyrillic(value)
        // Mathematical letters, which are styled Latin ones: 13 alphabets of 52.
        case 0x1D400...0x1D6A3: return alphabet((value - 0x1D400) % 52)
        case 0x1D7CE...0x1D7FF: return String((value - 0x1D7CE) % 10)
        // Fullwidth forms are look-alikes; flags are pairs of letters.
        case 0x1F1E6...0x1F1FF: return alphabet(value - 0x1F1E6)
        default: return other(value)
        }
    }

    // One letter for each character from the first of the block on, from Unicode's
    // decompositions; `*`: see `other`, or none.
    private static let latin1: StaticString =
        "AAAAAA*CEEEEIIIIDNOOOOO**UUUUY**aaaaaa*ceeeeiiiidnooooo**uuuuy*y"
    private static let latinExtendedA: StaticString = """
        AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi**JjKkkLlLlLl**LlNnNnNnnNnOoOoOo**RrRrRr\
        SsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs
        """
    private static let latinExtendedB: StaticString = """
        bBBb**OCcDDDd*EEEFfG***IKkl**Nn*Oo**Pp*****ttTTUu*VYyZz**********************AaIiOoUuUuU\
        uUuUueAaAa**GgGgKkOoOo**j***Gg**NnAa****AaAaEeEeIiIiOoOoRrRrUuUuSsTt**HhNd**ZzAaEeOoOoOo\
        OoYy******ACcLT****BU*EeJj**RrYy
        """
    private static let latinAdditional: StaticString = """
        AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMmMmMmNnNnNnNnOoOoOoOoPpPp\
        RrRrRrRrSsSsSsSsSsTtTtTtTtUuUuUuUuUuVvVvWwWwWwWwWwXxXxYyZzZzZzhtwy*s****AaAaAaAaAaAaAaAa\
        AaAaAaAaEeEeEeEeEeEeEeEeIiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYy******
        """

    private static func letter(_ table: StaticString, _ index: UInt32) -> String? {
        guard index < table.utf8CodeUnitCount else { return nil }
        let byte = unsafe table.utf8Start[Int(index)]
        return byte == UInt8(ascii: "*") ? nil : String(Unicode.Scalar(byte))
    }

    /// `index` 0 is A, 26 is a.
    private static func alphabet(_ index: UInt32) -> String {
        let first = index < 26 ? UInt8(ascii: "A") : UInt8(ascii: "a")
        return String(Unicode.Scalar(first + UInt8(truncatingIfNeeded: index % 26)))
    }

    private static func other(_ value: UInt32) -> String? {
        switch value {
        case 0xDE: "Th"
        case 0xFE: "th"
        case 0x132: "IJ"
        case 0x133: "ij"
        case 0x13F: "L"
        case 0x140: "l"
        case 0x152: "OE"
        case 0x153: "oe"
        case 0x259: "e"
        case 0x1C4, 0x1C5: "Dz"
        case 0x1C6: "dz"
        case 0x1C7, 0x1C8: "Lj"
        case 0x1C9: "lj"
        case 0x1CA, 0x1CB: "Nj"
        case 0x1CC: "nj"
        case 0x1E2, 0x1FC: "Æ"
        case 0x1E3, 0x1FD: "æ"
        case 0x1FE: "Ø"
        case 0x1FF: "ø"
        case 0x1E9E: "SS"
        case 0xA2: "c"
        case 0xAC: "not"
        case 0xAF: "-"
        case 0xA8, 0xB8: ""
        case 0xB6: "P"
        case 0x2020: "+"
        case 0x2021: "++"
        case 0x2713, 0x2714, 0x2705, 0x2611: "OK"
        case 0x2717, 0x2718, 0x274C: "X"
        case 0x26A0, 0x2757, 0x2755, 0x203C: "!"
        case 0x2753, 0x2754: "?"
        case 0x20A4: "£"
        case 0x20B9, 0x20A8: "Rs"
        case 0x20BD: "RUB"
        case 0x20A9: "KRW"
        case 0x20AA: "ILS"
        case 0x20AB: "VND"
        case 0x20B4: "UAH"
        case 0x20BA: "TRY"
        case 0x2160...0x216B: roman(value - 0x2160)
        case 0x2170...0x217B: roman(value - 0x2170).lowercased()
        default: nil
        }
    }

    private static func roman(_ index: UInt32) -> String {
        switch index {
        case 0: "I"
        case 1: "II"
        case 2: "III"
        case 3: "IV"
        case 4: "V"
        case 5: "VI"
        case 6: "VII"
        case 7: "VIII"
        case 8: "IX"
        case 9: "X"
        case 10: "XI"
        default: "XII"
        }
    }

    /// Α to Ω; small letters and accented ones become these.
    private static let greekCapitals: StaticString = "ABΓΔEZHΘIKΛMNΞOΠP*ΣTYΦXΨΩ"

    private static func greek(_ value: UInt32) -> String? {
        let capital: UInt32
        switch value {
        case 0x391...0x3A9: capital = value
        case 0x3C2: capital = 0x3A3
        case 0x3B1...0x3C9: capital = value - 0x20
        case 0x386, 0x3AC: capital = 0x391
        case 0x388, 0x3AD: capital = 0x395
        case 0x389, 0x3AE: capital = 0x397
        case 0x38A, 0x390, 0x3AA, 0x3AF, 0x3CA: capital = 0x399
        case 0x38C, 0x3CC: capital = 0x39F
        case 0x38E, 0x3AB, 0x3B0, 0x3CB, 0x3CD: capital = 0x3A5
        case 0x38F, 0x3CE: capital = 0x3A9
        case 0x37E: return "?"
        case 0x387: return "-"
        case 0x384, 0x385: return "'"
        default: return nil
        }
        let index = Int(capital - 0x391)
        let letter = greekCapitals.description.unicodeScalars.dropFirst(index).first
        return letter == "*" ? nil : letter.map { String($0) }
    }

    /// Simplified from ISO 9 and passport practice: readable, not reversible.
    private static func cyrillic(_ value: UInt32) -> String? {
        switch value {
        case 0x410...0x42F:
            return romanized(value - 0x410, capital: true)
        case 0x430...0x44F:
            return romanized(value - 0x430, capital: false)
        case 0x401: return "Yo"
        case 0x451: return "yo"
        case 0x404: return "Ye"
        case 0x454: return "ye"
        case 0x406, 0x4C0: return "I"
        case 0x456: return "i"
        case 0x407: return "Yi"
        case 0x457: return "yi"
        case 0x40E: return "U"
        case 0x45E: return "u"
        case 0x490, 0x403: return "G"
        case 0x491, 0x453: return "g"
        case 0x402: return "Dj"
        case 0x452: return "dj"
        case 0x408: return "J"
        case 0x458: return "j"
        case 0x409: return "Lj"
        case 0x459: return "lj"
        case 0x40A: return "Nj"
        case 0x45A: return "nj"
        case 0x40B: return "C"
        case 0x45B: return "c"
        case 0x40C: return "K"
        case 0x45C: return "k"
        case 0x40F: return "Dz"
        case 0x45F: return "dz"
        case 0x405: return "Dz"
        case 0x455: return "dz"
        case 0x400, 0x40D: return value == 0x400 ? "E" : "I"
        case 0x450, 0x45D: return value == 0x450 ? "e" : "i"
        // Kazakh and other additions.
        case 0x492: return "G"
        case 0x493: return "g"
        case 0x49A: return "K"
        case 0x49B: return "k"
        case 0x4A2: return "N"
        case 0x4A3: return "n"
        case 0x4AE, 0x4B0: return "U"
        case 0x4AF, 0x4B1: return "u"
        case 0x4BA: return "H"
        case 0x4BB: return "h"
        case 0x4D8: return "A"
        case 0x4D9: return "a"
        case 0x4E8: return "O"
        case 0x4E9: return "o"
        default: return nil
        }
    }

    private static func romanized(_ index: UInt32, capital: Bool) -> String? {
        // А Б В Г Д Е Ж З И Й К Л М Н О П Р С Т У Ф Х Ц Ч Ш Щ Ъ Ы Ь Э Ю Я
        let small: String =
            switch index {
            case 6: "zh"
            case 21: "kh"
            case 22: "ts"
            case 23: "ch"
            case 24: "sh"
            case 25: "shch"
            case 30: "yu"
            case 31: "ya"
            default: letter("abvgde*ziyklmnoprstuf******y*e**", index) ?? ""
            }
        guard capital, let first = small.unicodeScalars.first else { return small }
        return first.properties.uppercaseMapping + small.dropFirst()
    }
}
