internal import CoreSystem
internal import Glibc

/// Who may read and change a file, for the files that hold secrets or decide where they go.
struct FilePermissions: Hashable, Sendable {
    /// The permission bits as chmod(1) takes them.
    let mode: UInt32
    let owner: UInt32
    let isRegular: Bool

    /// Asks the open file itself, so that nobody can exchange it in between.
    init(of file: borrowing Descriptor) throws(Errno) {
        var status = stat()
        guard unsafe fstat(file.rawValue, &status) == 0 else { throw Errno("fstat") }
        mode = status.st_mode & 0o7777
        owner = status.st_uid
        isRegular = status.st_mode & S_IFMT == S_IFREG
    }

    /// Others may read, write or run it, or the group may write.
    ///
    /// The group may read: that is how a file of root's is given to the service's own group
    /// (`root:smsmda`, 0640). Which groups are private nobody can tell from here.
    var areTooWide: Bool { mode & 0o027 != 0 }

    /// Someone who is neither root nor this process could change it.
    var isForeign: Bool { owner != 0 && owner != geteuid() && geteuid() != 0 }

    /// As in `chmod 0640`.
    var octal: String { "0" + String(mode, radix: 8) }
}
