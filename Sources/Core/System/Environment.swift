internal import Glibc

/// The process's environment.
package enum Environment {
    /// All variables, as UTF-8; the first one of a name counts, as in getenv(3).
    package static var variables: [String: String] {
        var variables: [String: String] = [:]
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            let line = unsafe String(cString: text)
            if let equals = line.firstIndex(of: "="), variables[String(line[..<equals])] == nil {
                variables[String(line[..<equals])] = String(line[line.index(after: equals)...])
            }
            unsafe entry += 1
        }
        return variables
    }
}
