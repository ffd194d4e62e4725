extension StringProtocol where SubSequence == Substring {
    func trimmedStart() -> Substring { drop(while: \.isWhitespace) }

    func trimmedEnd() -> Substring {
        var text = self[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    /// Without blanks and line ends at either end.
    func trimmed() -> String { String(trimmedStart().trimmedEnd()) }
}
