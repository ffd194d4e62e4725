extension Charset {
    /// The charset that a label in a message means. Nil for a label that is not known.
    ///
    /// Case, blanks, quotes, and RFC 2231's language suffix do not matter. Labels mean what mail
    /// means by them and not what the registry says: the supersets of the WHATWG Encoding Standard
    /// (iso-8859-1 is windows-1252, gb2312 is GB18030), and names that only programs know.
    package init?(label: String) {
        let plain = Self.plain(label)
        if let charset = Self.known[plain] {
            self = charset
            return
        }
        // cp-850, cp_1252, ibm-437, win-1251, windows_1250: one family with many spellings.
        let squeezed = String(plain.unicodeScalars.filter { $0 != "-" && $0 != "_" && $0 != " " })
        guard let charset = Self.squeezed[squeezed] else { return nil }
        self = charset
    }

    /// Labels that declare nothing: what a program writes when it does not know either.
    static func saysNothing(_ label: String) -> Bool {
        [
            "", "unknown", "unknown-8bit", "x-unknown", "default", "_autodetect", "x-user-defined",
            "us-ascii", "none", "binary", "8bit", "7bit", "unspecified", "charset",
            "default_charset",
        ].contains(plain(label))
    }

    private static func plain(_ label: String) -> String {
        let quotes: Set<Unicode.Scalar> = ["\"", "'", " ", "\t", ";", "<", ">"]
        var scalars = label.asciiLowered.unicodeScalars.prefix { $0 != "*" }[...]
        while let first = scalars.first, quotes.contains(first) { scalars.removeFirst() }
        while let last = scalars.last, quotes.contains(last) { scalars.removeLast() }
        return String(scalars)
    }

    private static let known: [String: Charset] = {
        var known: [String: Charset] = [:]
        for (charset, labels) in table {
            for label in labels.split(separator: " ") { known[String(label)] = charset }
        }
        return known
    }()

    private static let squeezed: [String: Charset] = {
        var squeezed: [String: Charset] = [:]
        for (label, charset) in known {
            squeezed[String(label.unicodeScalars.filter { $0 != "-" && $0 != "_" })] = charset
        }
        return squeezed
    }()

    private static func single(_ name: SingleByteName) -> Charset {
        Charset(name: name.rawValue, scheme: .singleByte(name))
    }

    private static func multi(_ name: Iconv.Name) -> Charset {
        Charset(name: name.label, scheme: .multiByte(name))
    }

    // IANA's registry and aliases, the WHATWG Encoding Standard's labels, and what the mail of
    // many programs has shown; read 2026-11.
    private static let table: [(Charset, String)] = [
        (
            Charset(name: "US-ASCII", scheme: .ascii),
            "us-ascii ascii us ansi_x3.4-1968 iso646-us iso-646-us iso_646.irv:1991 646 us_ascii"
                + " csascii x-ascii ascii-8bit iso-ir-6"
        ),
        (
            utf8,
            "utf-8 utf8 unicode-1-1-utf-8 x-unicode-2-0-utf-8 utf-8-mac cp65001 utf8mb4 unicode utf"
        ),
        (
            Charset(name: "UTF-7", scheme: .utf7),
            "utf-7 utf7 unicode-1-1-utf-7 x-unicode-2-0-utf-7 csutf7 cp65000"
        ),
        (
            Charset(name: "UTF-16", scheme: .utf16(bigEndian: nil)),
            "utf-16 ucs-2 iso-10646-ucs-2 csunicode"
        ),
        (
            Charset(name: "UTF-16BE", scheme: .utf16(bigEndian: true)),
            "utf-16be ucs-2be unicodefffe cp1201"
        ),
        (Charset(name: "UTF-16LE", scheme: .utf16(bigEndian: false)), "utf-16le ucs-2le cp1200"),
        (Charset(name: "UTF-32", scheme: .utf32(bigEndian: nil)), "utf-32 ucs-4 iso-10646-ucs-4"),
        (Charset(name: "UTF-32BE", scheme: .utf32(bigEndian: true)), "utf-32be ucs-4be"),
        (Charset(name: "UTF-32LE", scheme: .utf32(bigEndian: false)), "utf-32le ucs-4le"),
        (
            windows1252,
            "windows-1252 iso-8859-1 iso_8859-1 latin1 latin-1 l1 cp1252 x-cp1252 iso8859-1 iso88591"
                + " iso_8859-1:1987 iso-ir-100 ibm819 cp819 csisolatin1 ansi iso-latin-1 win-1252"
                + " western x-ansi iso-8859-1-windows-3.1-latin-1 iso-8859 8859-1 microsoft-cp1252"
                + " iso-8558-1 iso-8889-1 iso-1 cswindows1252 x-user-defined-1252"
        ),
        (
            single(.iso8859x2),
            "iso-8859-2 iso_8859-2 latin2 latin-2 l2 iso_8859-2:1987 iso-ir-101 csisolatin2 8859-2"
        ),
        (single(.iso8859x3), "iso-8859-3 latin3 l3 iso_8859-3:1988 iso-ir-109 csisolatin3"),
        (single(.iso8859x4), "iso-8859-4 latin4 l4 iso_8859-4:1988 iso-ir-110 csisolatin4"),
        (single(.iso8859x5), "iso-8859-5 cyrillic iso_8859-5:1988 iso-ir-144 csisolatincyrillic"),
        (
            single(.iso8859x6),
            "iso-8859-6 iso-8859-6-i iso-8859-6-e arabic asmo-708 ecma-114 iso_8859-6:1987 iso-ir-127"
        ),
        (
            single(.iso8859x7),
            "iso-8859-7 greek greek8 elot_928 ecma-118 iso_8859-7:1987 iso-ir-126"
        ),
        (
            single(.iso8859x8),
            "iso-8859-8 iso-8859-8-i iso-8859-8-e hebrew visual logical iso_8859-8:1988 iso-ir-138"
        ),
        (single(.iso8859x10), "iso-8859-10 latin6 l6 iso-ir-157 csisolatin6"),
        (single(.iso8859x13), "iso-8859-13 latin7 l7"),
        (single(.iso8859x14), "iso-8859-14 latin8 l8 iso-celtic iso-ir-199"),
        (
            single(.iso8859x15),
            "iso-8859-15 latin9 latin-9 latin0 l9 csisolatin9 iso8859-15 8859-15"
        ),
        (single(.iso8859x16), "iso-8859-16 latin10 l10 iso-ir-226"),
        (
            single(.windows874),
            "windows-874 cp874 tis-620 tis620 iso-8859-11 tis-620.2533 dos-874 x-windows-874 thai"
        ),
        (single(.windows1250), "windows-1250 cp1250 x-cp1250 win-1250 microsoft-cp1250"),
        (
            single(.windows1251),
            "windows-1251 cp1251 x-cp1251 win-1251 win microsoft-cp1251 cswindows1251"
        ),
        (single(.windows1253), "windows-1253 cp1253 x-cp1253 win-1253"),
        (
            single(.windows1254),
            "windows-1254 cp1254 x-cp1254 win-1254 iso-8859-9 latin5 latin-5 l5 iso_8859-9:1989 iso-ir-148"
                + " csisolatin5 turkish"
        ),
        (single(.windows1255), "windows-1255 cp1255 x-cp1255 win-1255"),
        (single(.windows1256), "windows-1256 cp1256 x-cp1256 win-1256"),
        (single(.windows1257), "windows-1257 cp1257 x-cp1257 win-1257"),
        (single(.windows1258), "windows-1258 cp1258 x-cp1258 win-1258"),
        (single(.koi8r), "koi8-r koi8 koi cskoi8r koi8_r x-koi8-r"),
        (single(.koi8u), "koi8-u koi8-ru koi8_u"),
        (single(.ibm437), "ibm437 cp437 437 cspc8codepage437 dos"),
        (single(.ibm720), "ibm720 cp720 dos-720"),
        (single(.ibm737), "ibm737 cp737 dos-737"),
        (single(.ibm775), "ibm775 cp775 cspc775baltic"),
        (single(.ibm850), "ibm850 cp850 850 cspc850multilingual dos-850"),
        (single(.ibm852), "ibm852 cp852 852 cspcp852 dos-852"),
        (single(.ibm855), "ibm855 cp855 855"),
        (single(.ibm857), "ibm857 cp857 857"),
        (single(.ibm858), "ibm858 cp858 ibm00858 pc-multilingual-850+euro ccsid00858"),
        (single(.ibm860), "ibm860 cp860"),
        (single(.ibm861), "ibm861 cp861 cp-is"),
        (single(.ibm862), "ibm862 cp862 dos-862"),
        (single(.ibm863), "ibm863 cp863"),
        (single(.ibm864), "ibm864 cp864"),
        (single(.ibm865), "ibm865 cp865"),
        (single(.ibm866), "ibm866 cp866 866 csibm866 dos-866 x-cp866"),
        (single(.ibm869), "ibm869 cp869 cp-gr"),
        (single(.ibm1125), "ibm1125 cp1125 cp866u ruscii"),
        (single(.macRoman), "macintosh mac x-mac-roman x-macintosh csmacintosh macroman mac-roman"),
        (single(.macCyrillic), "x-mac-cyrillic x-mac-ukrainian maccyrillic mac-cyrillic"),
        (single(.macCentralEuropean), "x-mac-ce x-mac-centraleurroman maclatin2 x-mac-latin2"),
        (single(.macGreek), "x-mac-greek macgreek"),
        (single(.macTurkish), "x-mac-turkish macturkish"),
        (
            multi(.gb18030),
            "gb18030 gb2312 gb_2312-80 gb_2312 gbk x-gbk cp936 ms936 windows-936 csgb2312 euc-cn x-euc-cn"
                + " chinese iso-ir-58 csiso58gb231280 gb2312_charset gb18030-2000 gb gb-2312"
        ),
        (
            multi(.big5),
            "big5 big5-hkscs big5hkscs cn-big5 csbig5 x-x-big5 x-big5 cp950 big-5 windows-950"
        ),
        (
            multi(.eucJP),
            "euc-jp x-euc-jp x-euc eucjp ujis cseucpkdfmtjapanese euc-jp-ms eucjp-ms eucjp-win"
        ),
        (
            multi(.shiftJIS),
            "shift_jis shift-jis sjis x-sjis ms_kanji csshiftjis windows-31j cswindows31j cp932 ms932"
                + " windows-932 shift_jis-ms"
        ),
        (
            multi(.eucKR),
            "euc-kr ks_c_5601-1987 ks_c_5601-1989 ks_c_5601 ksc_5601 ksc5601 korean cseuckr cp949 uhc"
                + " windows-949 ms949 iso-ir-149 csksc56011987 x-windows-949 euckr"
        ),
        (multi(.eucTW), "euc-tw x-euc-tw cns11643"),
        (multi(.johab), "johab x-johab cp1361 ms1361"),
        (
            Charset(name: "ISO-2022-JP", scheme: .iso2022JP),
            "iso-2022-jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3 iso-2022-jp-ms iso-2022-jp-2004 jis"
                + " csiso2022jp csiso2022jp2 cp50220 cp50221 cp50222 _iso-2022-jp$esc _iso-2022-jp x-iso-2022-jp"
        ),
        (Charset(name: "ISO-2022-KR", scheme: .iso2022KR), "iso-2022-kr csiso2022kr"),
        (Charset(name: "HZ-GB-2312", scheme: .hz), "hz-gb-2312 hz x-hz"),
    ]
}
