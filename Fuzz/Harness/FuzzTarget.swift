/// One thing to fuzz: a function that eats an outsider's bytes, and checks what must hold of what
/// comes out. It traps when that does not hold, as the code under test does when it is wrong.
///
/// The inputs to begin with lie in `Fuzz/<name>/`, a dictionary in `Fuzz/<name>.dict`; plain
/// tests replay them, and every input that was ever a finding.
package struct FuzzTarget: Sendable {
    package let name: String
    package let run: @Sendable ([UInt8]) -> Void

    package init(_ name: String, _ run: @escaping @Sendable ([UInt8]) -> Void) {
        self.name = name
        self.run = run
    }

    /// All targets: a new one is a line here and a folder.
    package static let all: [FuzzTarget] = [
        .message, .header, .encodedWord, .charset, .tnef, .html, .text,
        .configuration, .policy, .number, .composition, .session, .json,
    ]
}

/// Traps when `condition` does not hold, also in a release build.
func require(_ condition: Bool, _ reason: StaticString) {
    if !condition { fatalError("\(reason)") }
}
