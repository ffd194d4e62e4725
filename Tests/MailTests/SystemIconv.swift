import Glibc

/// The C library's own idea of a single-byte charset, as a witness for our tables.
enum SystemIconv {
    /// The scalars of the octets 80 to FF, nil where the library has none; nil without the
    /// converter.
    static func upperHalf(_ name: String) -> [UInt32?]? {
        guard let handle = unsafe iconv_open("UCS-4LE", name),
            unsafe handle != UnsafeMutableRawPointer(bitPattern: -1)
        else { return nil }
        defer { unsafe iconv_close(handle) }
        return (UInt8(128)...255).map { octet in
            var input = [CChar(bitPattern: octet)]
            var output = [CChar](repeating: 0, count: 16)
            var (left, free) = (1, 16)
            let status = unsafe input.withUnsafeMutableBufferPointer { source in
                unsafe output.withUnsafeMutableBufferPointer { target in
                    var (from, to) = (source.baseAddress, target.baseAddress)
                    return unsafe iconv(handle, &from, &left, &to, &free)
                }
            }
            guard status != -1, free == 12 else { return nil }
            return output[..<4].reversed().reduce(0) { $0 << 8 | UInt32(UInt8(bitPattern: $1)) }
        }
    }
}
