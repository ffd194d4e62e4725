/// `[aliases]`: names for one or several numbers, and for other names.
///
/// A name that leads back to itself is refused here, so that no mail ever walks in a circle. Whether
/// the members that are no names are numbers is for `smsmda check`: reading some takes a library
/// that a delivery to somebody else should not pay for.
struct Aliases {
    /// Name, lower case, → what the operator wrote: numbers and names.
    private(set) var members: [String: [String]] = [:]

    init(readingFrom section: Section) {
        var positions: [(name: String, position: TOMLNode.Position)] = []
        for (name, texts, position) in section.allLists() {
            if texts.isEmpty {
                section.reading.problem(at: position, "\(name): an alias without members: add one")
            }
            if members.updateValue(texts, forKey: name.lowercased()) != nil {
                section.reading.problem(
                    at: position, "\(name): given twice (case does not count): leave one out")
            }
            positions.append((name.lowercased(), position))
        }
        var settled: Set<String> = []
        for (name, position) in positions {
            guard let circle = circle(from: name, &settled) else { continue }
            section.reading.problem(
                at: position,
                "\(name): leads back to itself (\(circle.joined(separator: " -> "))): break the circle"
            )
        }
    }

    /// The names on the way from `start` back to a name already passed; nil when there is none.
    ///
    /// Each name is walked once for all starts, so that groups of groups stay cheap. The walk keeps
    /// its own stack: a long chain of names is no deep recursion.
    private func circle(from start: String, _ settled: inout Set<String>) -> [String]? {
        var path: [(name: String, rest: ArraySlice<String>)] = []
        var open: Set<String> = []
        func enter(_ name: String) {
            open.insert(name)
            path.append((name, (members[name] ?? []).map { $0.lowercased() }[...]))
        }
        if !settled.contains(start) { enter(start) }
        while let (name, rest) = path.last {
            guard let next = rest.first else {
                settled.insert(name)
                open.remove(name)
                path.removeLast()
                continue
            }
            path[path.count - 1].rest = rest.dropFirst()
            if open.contains(next) {
                settled.formUnion(open)
                return path.map(\.name).drop { $0 != next } + [next]
            }
            if !settled.contains(next), members[next] != nil { enter(next) }
        }
        return nil
    }
}
