internal import CLinux
internal import Glibc

/// An error of the operating system: what was tried, on what, and `errno`.
///
/// Made right after the failed call, before anything else can change `errno`.
package struct Errno: Error, Hashable, Sendable {
    /// As in `errno.h`: `ENOENT`, `EACCES`, ...
    package let code: Int32
    /// What was tried, and on what: `open /etc/smsmda/token`.
    package let operation: String

    /// Takes `errno` as the failed call just left it.
    package init(_ operation: String) { self.init(operation, code: errno) }

    package init(_ operation: String, code: Int32) {
        self.operation = operation
        self.code = code
    }

    /// The C library's own words for the code, without the operation.
    package var reason: String {
        var buffer = [CChar](repeating: 0, count: 128)
        let status = unsafe buffer.withUnsafeMutableBufferPointer { bytes in
            unsafe smsmda_strerror(code, bytes.baseAddress, bytes.count)
        }
        guard status == 0, let end = buffer.firstIndex(of: 0) else { return "error \(code)" }
        return String(decoding: buffer[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension Errno: CustomStringConvertible {
    package var description: String { "\(operation): \(reason)" }
}
