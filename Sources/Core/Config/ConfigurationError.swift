/// What is wrong with the configuration, where, and what to do about it.
package struct ConfigurationError: Error, Hashable, Sendable {
    /// The file as the operator named it. Nil when the environment is at fault.
    package let file: String?
    /// From 1. Nil when it is not about one place in the file.
    package let line: Int?
    /// From 1, in code points.
    package let column: Int?
    /// One sentence or two, without a line end: the fault, and what would mend it.
    package let text: String
    /// The faults found after this one, in the order of the file; their own `further` is empty.
    package var further: [ConfigurationError] = []

    package init(file: String?, line: Int? = nil, column: Int? = nil, text: String) {
        self.file = file
        self.line = line
        self.column = column
        self.text = text
    }

    init(file: String?, position: TOMLNode.Position?, text: String) {
        self.init(file: file, line: position?.line, column: position?.column, text: text)
    }

    /// This fault and all that were found after it.
    package var all: [ConfigurationError] {
        var first = self
        first.further = []
        return [first] + further
    }
}

extension ConfigurationError: CustomStringConvertible {
    /// `file:line:column: text`, as compilers write it, for editors to jump to.
    package var description: String {
        let place = [file, line.map { "\($0)" }, column.map { "\($0)" }]
        let prefix = place.compactMap(\.self).joined(separator: ":")
        let more = further.isEmpty ? "" : " (and \(further.count) more: run 'smsmda check')"
        return (prefix.isEmpty ? text : "\(prefix): \(text)") + more
    }
}
