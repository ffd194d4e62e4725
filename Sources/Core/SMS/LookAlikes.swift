/// What a phone shows alike: characters outside GSM-7 and their equals inside it.
///
/// Typography that word processors and mail programs put where the writer typed ASCII: one curly
/// quote more than doubles the segments of a message. Nothing here changes what a text says;
/// accents and other scripts are `Folding`'s work. An own table, since the provider's "smart
/// encoding" turns a no-break space into two blanks and swaps ‹ and ›.
enum LookAlikes {
    /// The replacement, "" to leave the character out; nil when it has no equal.
    static func replacement(for scalar: Unicode.Scalar) -> String? {
        let value = scalar.value
        return switch value {
        case 0x60, 0xB4, 0x2B9, 0x2BB...0x2BD, 0x2C8, 0x2CA, 0x2CB, 0x2018...0x201B, 0x2032, 0x2035,
            0xFF07, 0xFF40:
            "'"
        case 0xAB, 0xBB, 0x2BA, 0x2DD, 0x201C...0x201F, 0x2033, 0x2036, 0x275D, 0x275E,
            0x300C...0x300F, 0x301D...0x301F, 0xFF02:
            "\""
        case 0x2034, 0x2037: "'''"
        case 0x2039: "<"
        case 0x203A: ">"
        case 0x2BC, 0x2019: "'"
        case 0x2010...0x2015, 0x2043, 0x2212, 0x2E3A, 0x2E3B, 0xFE58, 0xFE63, 0x2500, 0x2501: "-"
        case 0x2026, 0x22EF: "..."
        case 0x2025: ".."
        case 0x2024: "."
        // A tab can only come from a template.
        case 0x09, 0x3000, 0x2800: " "
        // · • ‣ ∙ ⋅ ■ □ ▪ ▫ ▶ ► ◦ ● ○ ◆ ◇ ⚫: bullets of lists.
        case 0xB7, 0x2022, 0x2023, 0x2219, 0x22C5, 0x25A0, 0x25A1, 0x25AA, 0x25AB, 0x25B6, 0x25BA,
            0x25E6, 0x25CF, 0x25CB, 0x25C6, 0x25C7, 0x2B1B, 0x2B1C:
            "-"
        case 0x2502, 0x2503, 0x2551, 0x23D0: "|"
        case 0x2550: "="
        case 0xA6: "|"
        case 0x2190, 0x21D0: "<-"
        case 0x2192, 0x21D2, 0x279C, 0x27A1: "->"
        case 0x2194: "<->"
        case 0xD7, 0x2715, 0x2716: "x"
        case 0xF7, 0x2044, 0x2215: "/"
        case 0x2217, 0x204E, 0x2605, 0x2606: "*"
        case 0x2260: "!="
        case 0x2264: "<="
        case 0x2265: ">="
        case 0x2248: "~"
        case 0x223C, 0x2DC, 0x301C, 0xFF5E: "~"
        case 0x2C6: "^"
        case 0xB1: "+/-"
        case 0xB5, 0x3BC: "u"
        case 0xA9: "(C)"
        case 0xAE: "(R)"
        case 0x2122: "(TM)"
        case 0x2120: "(SM)"
        case 0x2116: "No."
        case 0xAA: "a"
        case 0xBA: "o"
        case 0xB9: "1"
        case 0xB2: "2"
        case 0xB3: "3"
        case 0x2070, 0x2074...0x2079: String(value - 0x2070)
        case 0x2080...0x2089: String(value - 0x2080)
        case 0xBC: "1/4"
        case 0xBD: "1/2"
        case 0xBE: "3/4"
        case 0x2153: "1/3"
        case 0x2154: "2/3"
        case 0x215B: "1/8"
        case 0x215C: "3/8"
        case 0x215D: "5/8"
        case 0x215E: "7/8"
        case 0x2103: "C"
        case 0x2109: "F"
        case 0x2126: "Ω"
        case 0x212A: "K"
        case 0x212B: "Å"
        case 0x203C: "!!"
        case 0x2047: "??"
        case 0x2048: "?!"
        case 0x2049: "!?"
        case 0x2030: "0/00"
        case 0xFB00: "ff"
        case 0xFB01: "fi"
        case 0xFB02: "fl"
        case 0xFB03: "ffi"
        case 0xFB04: "ffl"
        case 0xFB05, 0xFB06: "st"
        case 0x2460...0x2473: "(\(value - 0x245F))"
        case 0x3001, 0xFF64: ","
        case 0x3002, 0xFF61: "."
        case 0x3008, 0x27E8: "<"
        case 0x3009, 0x27E9: ">"
        case 0x300A: "<<"
        case 0x300B: ">>"
        case 0x3010: "["
        case 0x3011: "]"
        case 0xFFE0: "c"
        case 0xFFE1: "£"
        case 0xFFE5: "¥"
        // Fullwidth forms of ! to ~.
        case 0xFF01...0xFF5E: ascii(value - 0xFEE0)
        // Greek capitals that are Latin ones to the eye; GSM-7 has the other ten.
        case 0x391...0x3A5: greekCapital(value)
        case 0x3A7: "X"
        // What could not be decoded.
        case 0xFFFD: "?"
        // Variation selectors: how a character is drawn.
        case 0xFE00...0xFE0F: ""
        default: nil
        }
    }

    /// Α Β Ε Ζ Η Ι Κ Μ Ν Ο Ρ Τ Υ; nil for the capitals that have no Latin twin.
    private static func greekCapital(_ value: UInt32) -> String? {
        switch value {
        case 0x391: "A"
        case 0x392: "B"
        case 0x395: "E"
        case 0x396: "Z"
        case 0x397: "H"
        case 0x399: "I"
        case 0x39A: "K"
        case 0x39C: "M"
        case 0x39D: "N"
        case 0x39F: "O"
        case 0x3A1: "P"
        case 0x3A4: "T"
        case 0x3A5: "Y"
        default: nil
        }
    }

    private static func ascii(_ value: UInt32) -> String? {
        // "`" is no more in GSM-7 than its fullwidth form.
        if value == 0x60 { return "'" }
        return Unicode.Scalar(value).map { String($0) }
    }

    /// A letter and the combining mark behind it, where GSM-7 has the two as one: `e` `´` is `é`.
    static func composed(_ letter: Unicode.Scalar, _ mark: Unicode.Scalar) -> Unicode.Scalar? {
        switch (mark.value, letter) {
        case (0x300, "a"): "à"
        case (0x300, "e"): "è"
        case (0x300, "i"): "ì"
        case (0x300, "o"): "ò"
        case (0x300, "u"): "ù"
        case (0x301, "e"): "é"
        case (0x301, "E"): "É"
        case (0x303, "n"): "ñ"
        case (0x303, "N"): "Ñ"
        case (0x308, "a"): "ä"
        case (0x308, "o"): "ö"
        case (0x308, "u"): "ü"
        case (0x308, "A"): "Ä"
        case (0x308, "O"): "Ö"
        case (0x308, "U"): "Ü"
        case (0x30A, "a"): "å"
        case (0x30A, "A"): "Å"
        case (0x327, "C"): "Ç"
        default: nil
        }
    }
}
