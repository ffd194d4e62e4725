internal import CLinux
internal import Glibc

/// The image of a dying process, which would hold its secrets.
package enum CoreDump {
    /// From here on this process leaves none, and other processes of its user cannot look into it.
    ///
    /// Both are needed: a limit of 0 does not stop a kernel that pipes dumps into a program, such as
    /// systemd-coredump. Failing is no reason to stop: the kernel refuses neither to anyone.
    package static func forbid() { forbidOnce }

    private static let forbidOnce: Void = {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        _ = smsmda_set_dumpable(0)
    }()

    /// Whether a dump could be made of this process.
    package static var isAllowed: Bool { smsmda_get_dumpable() != 0 }
}
