import CoreConfig
import Foundation
import Testing

/// smsmda.toml(5) against the code: each key is there once, with the default that it really has.
@Suite struct ManualTests {
    /// One `.It Ic` line of the manual.
    struct Item: Hashable, CustomStringConvertible {
        /// `twilio`, `route`, ...; empty for the top of the file.
        let section: String
        let key: String
        /// As TOML. Nil where the manual shows none.
        let value: String?
        var description: String { "[\(section)] \(key) = \(value ?? "")" }
        var path: String { section.isEmpty ? key : "\(section).\(key)" }
    }

    private static let page: String = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appending(path: "docs/man/smsmda.toml.5")
        return (try? String(contentsOf: path, encoding: .utf8)) ?? ""
    }()

    private static let items: [Item] = {
        var section: String?
        var items: [Item] = []
        for line in page.split(separator: "\n") {
            if line.hasPrefix(".Ss ") {
                let title = line.dropFirst(4).filter { !"[]".contains($0) }
                section =
                    title.hasPrefix("Top") ? "" : title.split(separator: ".").first.map(String.init)
            } else if line.hasPrefix(".Sh ") {
                section = nil
            } else if line.hasPrefix(".It Ic "), let section {
                let parts = line.dropFirst(7).replacing("\\(dq", with: "\"").split(separator: " = ")
                items.append(
                    Item(
                        section: section, key: String(parts[0]),
                        value: parts.count > 1 ? String(parts[1]) : nil))
            }
        }
        return items
    }()

    @Test("the manual has each key of the code, and no other")
    func keys() {
        #expect(Self.items.count > 60)
        #expect(Self.items.map(\.path).sorted() == Configuration.keys.sorted())
    }

    @Test("a key set to its default changes nothing", arguments: items.filter { $0.value != nil })
    func defaults(_ item: Item) throws {
        let surroundings: [String: String] = [
            "sender": "match = '*'", "limit": "per = 'sender'\nrate = '1/s'",
        ]
        let header: String
        switch item.section {
        case "": header = ""
        case "sender", "limit", "route": header = "[[\(item.section)]]"
        case "option", "account": header = "[\(item.section).x]"
        default: header = "[\(item.section)]"
        }
        let bare = "\(header)\n\(surroundings[item.section] ?? "")\n"
        let got = try Configuration(parsing: bare + "\(item.key) = \(item.value ?? "")\n")
        let want = try Configuration(parsing: bare)
        let difference = Set(dumped(got)).symmetricDifference(dumped(want))
        #expect(difference.isEmpty)
    }

    @Test("the dump that is compared sees a change")
    func dumpSees() throws {
        let one = try Configuration(parsing: "")
        let other = try Configuration(parsing: "[journal]\nsettle = '21s'")
        #expect(dumped(one) != dumped(other))
    }

    @Test("each example of the manual is a configuration")
    func examples() throws {
        var examples: [String] = []
        var example: [Substring]?
        for line in Self.page.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix(".Bd -literal") {
                example = []
            } else if line == ".Ed" {
                examples.append((example ?? []).joined(separator: "\n"))
                example = nil
            } else {
                example?.append(line)
            }
        }
        #expect(examples.count >= 4)
        for example in examples { _ = try Configuration(parsing: example) }
    }

    /// Sets have no order of their own, so lines are compared as a bag.
    private func dumped(_ configuration: Configuration) -> [String] {
        var text = ""
        dump(configuration, to: &text)
        return text.split(separator: "\n").map(String.init).sorted()
    }
}
