/// Finds the word that somebody meant who wrote another one.
enum Suggestion {
    /// The closest of `known` to `word`, or nil when none is near: at most one slip in three letters.
    static func nearest(to word: String, among known: [String]) -> String? {
        let folded = word.lowercased().map { $0 == "-" ? "_" : $0 }
        var best: (word: String, slips: Int)?
        for candidate in known {
            let slips = distance(folded, Array(candidate))
            if slips <= max(1, candidate.count / 3), slips < best?.slips ?? .max {
                best = (candidate, slips)
            }
        }
        return best?.word
    }

    /// Insertions, deletions, replacements and swaps of neighbours that lead from one to the other
    /// (Damerau and Levenshtein, restricted to one slip a place).
    static func distance(_ one: [Character], _ other: [Character]) -> Int {
        // An outsider does not get here, but a file pasted in by mistake shall not take minutes.
        guard one.count <= 64, other.count <= 64 else { return .max }
        var before: [Int] = []
        var above = Array(0...other.count)
        for (row, letter) in one.enumerated() {
            var line = [row + 1]
            for (column, wanted) in other.enumerated() {
                let replaced = above[column] + (letter == wanted ? 0 : 1)
                var slips = min(replaced, above[column + 1] + 1, line[column] + 1)
                if row > 0, column > 0, letter == other[column - 1], one[row - 1] == wanted {
                    slips = min(slips, before[column - 1] + 1)
                }
                line.append(slips)
            }
            before = above
            above = line
        }
        return above[other.count]
    }
}
