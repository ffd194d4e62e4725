/// The value of a MAPI property, as far as text needs it.
enum MAPIValue: Hashable, Sendable {
    case integer(UInt32)
    /// Octets in the stream's code page.
    case string8(ArraySlice<UInt8>)
    /// UTF-16, little-endian.
    case unicode(ArraySlice<UInt8>)
    case binary(ArraySlice<UInt8>)

    var bytes: ArraySlice<UInt8> {
        switch self {
        case .integer: []
        case .string8(let bytes), .unicode(let bytes), .binary(let bytes): bytes
        }
    }

    var integer: UInt32? {
        if case .integer(let value) = self { value } else { nil }
    }

    /// As text, up to the first NUL; `limit` is in octets.
    func text(_ codePage: String?, limit: Int = 4096) -> String {
        let text =
            switch self {
            case .integer: ""
            case .unicode(let bytes):
                WideUnicode.utf16(bytes.prefix(limit & ~1), bigEndian: false).text
            case .string8(let bytes), .binary(let bytes):
                Charset.decode(bytes.prefix(limit), label: nil, fallback: codePage)
            }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix { $0 != "\0" }))
    }
}

/// The properties of a MAPI property list in TNEF (MS-OXTNEF §2.1.3.4), one after the other.
///
/// Of a property with many values the first is given. It ends where the octets do, or at the
/// first property of a type that is not known, as its size is not known either.
struct MAPIProperties: Sequence, IteratorProtocol {
    private var reader: LittleEndianReader
    private var left: Int

    init(_ bytes: ArraySlice<UInt8>, limit: Int) {
        reader = LittleEndianReader(bytes)
        left = Swift.min(limit, Int(reader.uint32() ?? 0))
    }

    mutating func next() -> (property: UInt32, value: MAPIValue)? {
        guard left > 0, let tag = reader.uint32() else { return nil }
        left -= 1
        let property = tag >> 16
        // MS-OXTNEF §2.1.3.4: properties from 8000 on have a name, by number or by text.
        if property >= 0x8000 {
            guard reader.bytes(16) != nil, let kind = reader.uint32(), let number = reader.uint32()
            else { return nil }
            if kind == 1 {
                guard reader.padded(Int(number)) != nil else { return nil }
            }
        }
        guard let value = value(type: tag & 0xFFFF) else { return nil }
        return (property, value)
    }

    private mutating func value(type: UInt32) -> MAPIValue? {
        let isMany = type & 0x1000 != 0
        switch type & 0x0FFF {
        case 0x0002, 0x0003, 0x0004, 0x000A, 0x000B: return fixed(isMany, size: 4)
        case 0x0005, 0x0006, 0x0007, 0x0014, 0x0040: return fixed(isMany, size: 8)
        case 0x0048: return fixed(isMany, size: 16)
        case 0x001E, 0x001F, 0x0102, 0x000D:
            guard let count = reader.uint32() else { return nil }
            var first: ArraySlice<UInt8>?
            for _ in 0..<count {
                guard let length = reader.uint32(), let bytes = reader.padded(Int(length)) else {
                    return nil
                }
                first = first ?? bytes
            }
            let bytes = first ?? []
            return switch type & 0x0FFF {
            case 0x001E: .string8(bytes)
            case 0x001F: .unicode(bytes)
            // An object begins with the identifier of its interface.
            case 0x000D: .binary(bytes.dropFirst(16))
            default: .binary(bytes)
            }
        default: return nil
        }
    }

    private mutating func fixed(_ isMany: Bool, size: Int) -> MAPIValue? {
        var count = 1
        if isMany {
            guard let number = reader.uint32() else { return nil }
            count = Int(number)
        }
        guard let all = reader.bytes(count * size) else { return nil }
        var values = LittleEndianReader(all)
        return .integer(values.uint32() ?? 0)
    }
}

/// Reads little-endian numbers and runs of octets; nil once there is not enough.
struct LittleEndianReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func uint8() -> UInt8? { rest.popFirst() }

    mutating func uint16() -> UInt16? {
        bytes(2).map { UInt16($0[$0.startIndex]) | UInt16($0[$0.startIndex + 1]) << 8 }
    }

    mutating func uint32() -> UInt32? {
        bytes(4).map { $0.reversed().reduce(0) { $0 << 8 | UInt32($1) } }
    }

    mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// A run with the padding that makes its length a multiple of four; the padding of the last
    /// one may be missing.
    mutating func padded(_ count: Int) -> ArraySlice<UInt8>? {
        guard let run = bytes(count) else { return nil }
        rest = rest.dropFirst((4 - count % 4) % 4)
        return run
    }
}
