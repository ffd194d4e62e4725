/// The single-byte charsets that this program has tables for.
enum SingleByteName: String, Hashable, Sendable, CaseIterable {
    case iso8859x2 = "ISO-8859-2"
    case iso8859x3 = "ISO-8859-3"
    case iso8859x4 = "ISO-8859-4"
    case iso8859x5 = "ISO-8859-5"
    case iso8859x6 = "ISO-8859-6"
    case iso8859x7 = "ISO-8859-7"
    case iso8859x8 = "ISO-8859-8"
    case iso8859x10 = "ISO-8859-10"
    case iso8859x13 = "ISO-8859-13"
    case iso8859x14 = "ISO-8859-14"
    case iso8859x15 = "ISO-8859-15"
    case iso8859x16 = "ISO-8859-16"
    case windows874 = "windows-874"
    case windows1250 = "windows-1250"
    case windows1251 = "windows-1251"
    case windows1252 = "windows-1252"
    case windows1253 = "windows-1253"
    case windows1254 = "windows-1254"
    case windows1255 = "windows-1255"
    case windows1256 = "windows-1256"
    case windows1257 = "windows-1257"
    case windows1258 = "windows-1258"
    case koi8r = "KOI8-R"
    case koi8u = "KOI8-U"
    case ibm437 = "IBM437"
    case ibm720 = "IBM720"
    case ibm737 = "IBM737"
    case ibm775 = "IBM775"
    case ibm850 = "IBM850"
    case ibm852 = "IBM852"
    case ibm855 = "IBM855"
    case ibm857 = "IBM857"
    case ibm858 = "IBM858"
    case ibm860 = "IBM860"
    case ibm861 = "IBM861"
    case ibm862 = "IBM862"
    case ibm863 = "IBM863"
    case ibm864 = "IBM864"
    case ibm865 = "IBM865"
    case ibm866 = "IBM866"
    case ibm869 = "IBM869"
    case ibm1125 = "IBM1125"
    case macRoman = "macintosh"
    case macCyrillic = "x-mac-cyrillic"
    case macCentralEuropean = "x-mac-ce"
    case macGreek = "x-mac-greek"
    case macTurkish = "x-mac-turkish"

    var table: SingleByteTable {
        switch self {
        case .iso8859x2: SingleByteTable(SingleByteTable.iso8859x2)
        case .iso8859x3: SingleByteTable(SingleByteTable.iso8859x3)
        case .iso8859x4: SingleByteTable(SingleByteTable.iso8859x4)
        case .iso8859x5: SingleByteTable(SingleByteTable.iso8859x5)
        case .iso8859x6: SingleByteTable(SingleByteTable.iso8859x6)
        case .iso8859x7: SingleByteTable(SingleByteTable.iso8859x7)
        case .iso8859x8: SingleByteTable(SingleByteTable.iso8859x8)
        case .iso8859x10: SingleByteTable(SingleByteTable.iso8859x10)
        case .iso8859x13: SingleByteTable(SingleByteTable.iso8859x13)
        case .iso8859x14: SingleByteTable(SingleByteTable.iso8859x14)
        case .iso8859x15: SingleByteTable(SingleByteTable.iso8859x15)
        case .iso8859x16: SingleByteTable(SingleByteTable.iso8859x16)
        case .windows874: SingleByteTable(SingleByteTable.windows874)
        case .windows1250: SingleByteTable(SingleByteTable.windows1250)
        case .windows1251: SingleByteTable(SingleByteTable.windows1251)
        case .windows1252: SingleByteTable(SingleByteTable.windows1252)
        case .windows1253: SingleByteTable(SingleByteTable.windows1253)
        case .windows1254: SingleByteTable(SingleByteTable.windows1254)
        case .windows1255: SingleByteTable(SingleByteTable.windows1255)
        case .windows1256: SingleByteTable(SingleByteTable.windows1256)
        case .windows1257: SingleByteTable(SingleByteTable.windows1257)
        case .windows1258: SingleByteTable(SingleByteTable.windows1258)
        case .koi8r: SingleByteTable(SingleByteTable.koi8r)
        case .koi8u: SingleByteTable(SingleByteTable.koi8u)
        case .ibm437: SingleByteTable(SingleByteTable.ibm437)
        case .ibm720: SingleByteTable(SingleByteTable.ibm720)
        case .ibm737: SingleByteTable(SingleByteTable.ibm737)
        case .ibm775: SingleByteTable(SingleByteTable.ibm775)
        case .ibm850: SingleByteTable(SingleByteTable.ibm850)
        case .ibm852: SingleByteTable(SingleByteTable.ibm852)
        case .ibm855: SingleByteTable(SingleByteTable.ibm855)
        case .ibm857: SingleByteTable(SingleByteTable.ibm857)
        case .ibm858: SingleByteTable(SingleByteTable.ibm858)
        case .ibm860: SingleByteTable(SingleByteTable.ibm860)
        case .ibm861: SingleByteTable(SingleByteTable.ibm861)
        case .ibm862: SingleByteTable(SingleByteTable.ibm862)
        case .ibm863: SingleByteTable(SingleByteTable.ibm863)
        case .ibm864: SingleByteTable(SingleByteTable.ibm864)
        case .ibm865: SingleByteTable(SingleByteTable.ibm865)
        case .ibm866: SingleByteTable(SingleByteTable.ibm866)
        case .ibm869: SingleByteTable(SingleByteTable.ibm869)
        case .ibm1125: SingleByteTable(SingleByteTable.ibm1125)
        case .macRoman: SingleByteTable(SingleByteTable.macRoman)
        case .macCyrillic: SingleByteTable(SingleByteTable.macCyrillic)
        case .macCentralEuropean: SingleByteTable(SingleByteTable.macCentralEuropean)
        case .macGreek: SingleByteTable(SingleByteTable.macGreek)
        case .macTurkish: SingleByteTable(SingleByteTable.macTurkish)
        }
    }
}
