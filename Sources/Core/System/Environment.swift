internal import Glibc

/// The process's environment.
package enum Environment {
    /// All variables, as UTF-8; the first one of a name counts, as in getenv(3).
    package static var variables: [String: String] {
        var variables: [String: String] = [:]
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            if let equals = unsafe strchr(text, Int32(UInt8(ascii: "="))) {
                let name = unsafe UnsafeRawBufferPointer(start: text, count: equals - text)
                let key = unsafe String(decoding: name, as: UTF8.self)
                if variables[key] == nil { variables[key] = unsafe String(cString: equals + 1) }
            }
            unsafe entry += 1
        }
        return variables
    }
}
