/// What is wrong with a template, where, and what may stand there instead.
package struct TemplateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Of the character that is wrong, the first of the template being 1.
    package let column: Int
    package let reason: String

    package var description: String { "template, column \(column): \(reason)" }
}
