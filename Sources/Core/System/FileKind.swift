internal import Glibc

/// What stands at a path, symbolic links followed.
package enum FileKind: Sendable {
    case missing, regular, directory, socket, other

    package init(path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            self = .missing
            return
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: self = .regular
        case S_IFDIR: self = .directory
        case S_IFSOCK: self = .socket
        default: self = .other
        }
    }
}
