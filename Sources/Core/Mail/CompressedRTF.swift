/// The compression of RTF bodies in MAPI: "LZFu" (MS-OXRTFCP).
enum CompressedRTF {
    /// The first `limit` octets; nil when the header is none. Damaged data gives what came before.
    static func decode(_ bytes: ArraySlice<UInt8>, limit: Int) -> [UInt8]? {
        var reader = LittleEndianReader(bytes)
        // MS-OXRTFCP §2.1.3.1: sizes, the kind, and a checksum, which is not checked.
        guard reader.uint32() != nil, let size = reader.uint32(), let kind = reader.uint32(),
            reader.uint32() != nil
        else { return nil }
        let body = bytes.dropFirst(16)
        switch kind {
        // "MELA": not compressed.
        case 0x414C_454D: return Array(body.prefix(min(Int(size), limit)))
        case 0x7546_5A4C: return decompress(body, limit: min(Int(size), limit))
        default: return nil
        }
    }

    // MS-OXRTFCP §2.1.3.1.4: a dictionary of 4096 octets, written round and round.
    private static func decompress(_ bytes: ArraySlice<UInt8>, limit: Int) -> [UInt8] {
        var dictionary =
            initialDictionary + [UInt8](repeating: 0, count: 4096 - initialDictionary.count)
        var position = initialDictionary.count
        var output: [UInt8] = []
        output.reserveCapacity(min(limit, bytes.count * 9))
        var input = bytes.makeIterator()
        while output.count < limit, let control = input.next() {
            for bit in 0..<8 where output.count < limit {
                if control >> bit & 1 == 0 {
                    guard let byte = input.next() else { return output }
                    output.append(byte)
                    dictionary[position] = byte
                    position = (position + 1) & 4095
                    continue
                }
                guard let high = input.next(), let low = input.next() else { return output }
                let reference = Int(high) << 8 | Int(low)
                var offset = reference >> 4
                // A reference to the write position is the end.
                if offset == position { return output }
                for _ in 0..<(reference & 15) + 2 where output.count < limit {
                    let byte = dictionary[offset]
                    output.append(byte)
                    dictionary[position] = byte
                    position = (position + 1) & 4095
                    offset = (offset + 1) & 4095
                }
            }
        }
        return output
    }

    // MS-OXRTFCP §2.1.2.1.
    private static let initialDictionary = Array(
        (#"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "#
            + #"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"#
            + "\r\n" + #"\par \pard\plain\f0\fs20\b\i\u\tab\tx"#).utf8)
}
