internal import Glibc

/// A shared library opened while the program runs, for what most messages do not need.
///
/// It stays open for the life of the process, so symbols found in it never dangle.
@safe package struct DynamicLibrary: @unchecked Sendable {
    // @unchecked: dlsym(3) is thread-safe, and the handle is never closed.
    private let handle: UnsafeMutableRawPointer

    /// Why a library could not be opened, in the loader's own words.
    package struct LoadError: Error, CustomStringConvertible, Sendable {
        package let description: String
    }

    /// Opens the first of `paths` that can be opened.
    package init(opening paths: [String]) throws(LoadError) {
        var reasons: [String] = []
        for path in paths {
            if let handle = unsafe dlopen(path, RTLD_NOW | RTLD_LOCAL) {
                unsafe self.handle = handle
                return
            }
            let reason = unsafe dlerror()
            unsafe reasons.append(reason.map { unsafe String(cString: $0) } ?? path)
        }
        throw LoadError(description: reasons.joined(separator: "; "))
    }

    /// The address of a symbol; nil when the library has none of that name.
    package func symbol(_ name: String) -> UnsafeMutableRawPointer? { unsafe dlsym(handle, name) }

    /// Where a library that belongs to this package lies: beside the program, or installed.
    package static func candidates(_ fileName: String) -> [String] {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return 0 }
            return unsafe readlink(
                "/proc/self/exe", start.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        let program = count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : ""
        let folder = program.lastIndex(of: "/").map { String(program[..<$0]) } ?? "."
        return [
            "\(folder)/\(fileName)", "\(folder)/../lib/smsmda/\(fileName)",
            "/usr/lib/smsmda/\(fileName)",
        ]
    }
}
