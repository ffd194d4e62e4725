internal import CToml

/// A value of a TOML document with the place where it stands.
///
/// In: the bytes of a configuration file (toml.io, version 1.0), parsed by toml++ behind `CToml`.
/// Out: a tree. Tables are in the order of the file, so that the first problem in the file is the
/// first one told. Dates are recognised but their value is not kept: no key takes one.
package struct TOMLNode: Hashable, Sendable {
    package let value: Value
    package let position: Position

    package enum Value: Hashable, Sendable {
        case table([Entry])
        case array([TOMLNode])
        case string(String)
        case integer(Int64)
        case real(Double)
        case boolean(Bool)
        case date
    }

    package struct Entry: Hashable, Sendable {
        package let key: String
        package let node: TOMLNode
    }

    /// Line and column from 1, the column in code points.
    package struct Position: Hashable, Sendable, Comparable {
        package let line: Int
        package let column: Int

        package static func < (one: Self, other: Self) -> Bool {
            (one.line, one.column) < (other.line, other.column)
        }
    }

    /// What the document is not: TOML.
    package struct ParseError: Error, Hashable, Sendable {
        /// Nil where the parser does not know.
        package let position: Position?
        package let text: String
    }

    /// Parses a whole document; its root is a table.
    package init(parsing bytes: [UInt8]) throws(ParseError) {
        let builder = Builder()
        var failure = smsmda_toml_error()
        let context = unsafe Unmanaged.passUnretained(builder).toOpaque()
        let status = unsafe bytes.withUnsafeBytes { raw in
            let start = unsafe raw.baseAddress?.assumingMemoryBound(to: CChar.self)
            return unsafe smsmda_toml_visit(
                start, raw.count,
                { context, node in
                    guard let context = unsafe context, let node = unsafe node else { return }
                    let builder = unsafe Unmanaged<Builder>.fromOpaque(context)
                    unsafe builder.takeUnretainedValue().take(node.pointee)
                }, context, &failure)
        }
        guard status == 0, let root = builder.root else {
            throw ParseError(
                position: failure.line == 0
                    ? nil : Position(line: Int(failure.line), column: Int(failure.column)),
                text: Self.text(of: failure))
        }
        self = root
    }

    fileprivate init(value: Value, position: Position) {
        self.value = value
        self.position = position
    }

    private static func text(of failure: smsmda_toml_error) -> String {
        unsafe withUnsafeBytes(of: failure.text) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

/// Puts the stream of nodes back together into a tree.
private final class Builder {
    private(set) var root: TOMLNode?
    private var open: [Container] = []

    private struct Container {
        let key: String?
        let isTable: Bool
        let position: TOMLNode.Position
        var entries: [TOMLNode.Entry] = []
        var elements: [TOMLNode] = []

        func closed() -> TOMLNode {
            TOMLNode(
                value: isTable
                    ? .table(entries.sorted { $0.node.position < $1.node.position })
                    : .array(elements),
                position: position)
        }
    }

    func take(_ node: smsmda_toml_node) {
        let position = unsafe TOMLNode.Position(line: Int(node.line), column: Int(node.column))
        let key = unsafe node.key.map { unsafe Self.text($0, node.key_length) }
        let kind = unsafe Int(node.kind)
        let integer = unsafe node.integer
        switch kind {
        case SMSMDA_TOML_TABLE, SMSMDA_TOML_ARRAY:
            let isTable = kind == SMSMDA_TOML_TABLE
            open.append(Container(key: key, isTable: isTable, position: position))
        case SMSMDA_TOML_END:
            let container = open.removeLast()
            append(container.closed(), key: container.key)
        case SMSMDA_TOML_STRING:
            let text = unsafe node.text.map { unsafe Self.text($0, node.text_length) } ?? ""
            append(TOMLNode(value: .string(text), position: position), key: key)
        case SMSMDA_TOML_INTEGER:
            append(TOMLNode(value: .integer(integer), position: position), key: key)
        case SMSMDA_TOML_REAL:
            append(TOMLNode(value: .real(unsafe node.real), position: position), key: key)
        case SMSMDA_TOML_BOOLEAN:
            append(TOMLNode(value: .boolean(integer != 0), position: position), key: key)
        default:
            append(TOMLNode(value: .date, position: position), key: key)
        }
    }

    private func append(_ node: TOMLNode, key: String?) {
        guard !open.isEmpty else {
            root = node
            return
        }
        if let key {
            open[open.count - 1].entries.append(TOMLNode.Entry(key: key, node: node))
        } else {
            open[open.count - 1].elements.append(node)
        }
    }

    private static func text(_ start: UnsafePointer<CChar>, _ count: Int) -> String {
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
        return unsafe String(decoding: bytes, as: UTF8.self)
    }
}
