internal import Glibc

/// The C library's converters for the charsets of many octets a character, seven and no more.
///
/// All are stateless, and all are opened with a name from this file. Octets without a meaning
/// become U+FFFD one by one. When a converter cannot be opened (a system without gconv modules),
/// what is not ASCII becomes U+FFFD.
enum Iconv {
    enum Name: Hashable, Sendable, CaseIterable {
        case gb18030, big5, eucJP, shiftJIS, eucKR, eucTW, johab

        /// The name for iconv_open(3).
        var library: String {
            switch self {
            case .gb18030: "GB18030"
            case .big5: "BIG5-HKSCS"
            case .eucJP: "EUC-JP-MS"
            case .shiftJIS: "CP932"
            case .eucKR: "CP949"
            case .eucTW: "EUC-TW"
            case .johab: "JOHAB"
            }
        }

        /// The name for people.
        var label: String {
            switch self {
            case .gb18030: "GB18030"
            case .big5: "Big5"
            case .eucJP: "EUC-JP"
            case .shiftJIS: "Shift_JIS"
            case .eucKR: "EUC-KR"
            case .eucTW: "EUC-TW"
            case .johab: "JOHAB"
            }
        }
    }

    /// The text, and how many octets had no meaning.
    static func decode(_ bytes: ArraySlice<UInt8>, from name: Name) -> (text: String, bad: Int) {
        guard let handle = unsafe iconv_open("UTF-8", name.library),
            unsafe handle != UnsafeMutableRawPointer(bitPattern: -1)
        else {
            let kept = bytes.map { $0 < 128 ? $0 : 0xFF }
            return (String(decoding: kept, as: UTF8.self), kept.count { $0 == 0xFF })
        }
        defer { unsafe iconv_close(handle) }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + bytes.count / 2)
        var block = [CChar](repeating: 0, count: 4096)
        var bad = 0
        // iconv(3) takes its input as `char **` but does not write to it.
        var input = bytes.map { CChar(bitPattern: $0) }
        unsafe input.withUnsafeMutableBufferPointer { buffer in
            var next = buffer.baseAddress
            var left = buffer.count
            while left > 0 {
                var written = 0
                let code = unsafe block.withUnsafeMutableBufferPointer { room in
                    var end = room.baseAddress
                    var free = room.count
                    let status = unsafe iconv(handle, &next, &left, &end, &free)
                    written = room.count - free
                    return status == -1 ? errno : 0
                }
                for index in 0..<written { output.append(UInt8(bitPattern: block[index])) }
                if code == EILSEQ || code == EINVAL, left > 0 {
                    // EINVAL: a character cut off at the end.
                    bad += 1
                    output.append(contentsOf: [0xEF, 0xBF, 0xBD])
                    unsafe next = next?.advanced(by: 1)
                    left -= 1
                } else if code != E2BIG {
                    break
                }
            }
        }
        return (String(decoding: output, as: UTF8.self), bad)
    }
}
