internal import CoreSystem
internal import Glibc

/// The process that holds a claim, so that others can tell whether it still lives.
///
/// A boot identifier names one run of one kernel: no two hosts share it, cloned or not, and a host
/// that was restarted has another. Inside it, process number and start time name one process for
/// good. Containers on one host share the kernel but not the numbers, hence the namespace.
package struct Owner: Hashable, Sendable {
    /// For the operator only.
    package let host: String
    /// As in /proc/sys/kernel/random/boot_id.
    let boot: String
    /// The process number namespace, as in /proc/self/ns/pid.
    let namespace: String
    package let process: Int32
    /// Clock ticks since boot, as in /proc/PID/stat.
    let started: String
    /// Tells two journals apart that one process has open.
    let instance: Int
    /// As in the journal's column: `host/boot/namespace/process/start/instance`.
    let columnForm: String

    private init(
        host: String, boot: String, namespace: String, process: Int32, started: String,
        instance: Int
    ) {
        self.host = host
        self.boot = boot
        self.namespace = namespace
        self.process = process
        self.started = started
        self.instance = instance
        columnForm = "\(host)/\(boot)/\(namespace)/\(process)/\(started)/\(instance)"
    }

    /// What can be said of an owner from here.
    enum Liveness: Hashable, Sendable {
        case alive
        /// It certainly does nothing any more.
        case dead
        /// On another host, or in another container: only its lease tells.
        case unknown
    }

    /// This process, each time as another owner.
    static func current() -> Self {
        let instance = instances.withLock { (count: inout Int) in
            count += 1
            return count
        }
        let process = getpid()
        return Self(
            host: hostName(), boot: file("/proc/sys/kernel/random/boot_id"),
            namespace: link("/proc/self/ns/pid"), process: process,
            started: startTime(of: process) ?? "", instance: instance)
    }

    /// Whether `other` lives, as far as this process can see.
    ///
    /// - Parameter hostIsOurs: the journal cannot be on several hosts, so another boot is an
    ///   earlier one.
    func liveness(of other: Self, hostIsOurs: Bool) -> Liveness {
        guard other.boot == boot, !boot.isEmpty else { return hostIsOurs ? .dead : .unknown }
        guard other.namespace == namespace else { return .unknown }
        // EPERM means that it is there, and another user's.
        if kill(other.process, 0) != 0 && errno == ESRCH { return .dead }
        // /proc may be mounted with hidepid: what cannot be read is taken for alive.
        guard let started = Self.startTime(of: other.process) else { return .alive }
        return started == other.started ? .alive : .dead
    }

    private static let instances = Locked(0)

    private static func hostName() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        let name = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: name, as: UTF8.self).filter { $0 != Self.separator }
    }

    private static func startTime(of process: Int32) -> String? {
        // proc(5): the 22nd field; the second is in parentheses and may hold anything.
        let text = file("/proc/\(process)/stat")
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[end...].split(separator: " ")
        return fields.count > 20 ? String(fields[20]) : nil
    }

    private static func file(_ path: String) -> String {
        // A file of /proc that cannot be read says nothing; the callers take that for "unknown".
        guard let descriptor = try? Descriptor(opening: path),
            let bytes = try? descriptor.read(atMost: 4096)
        else { return "" }
        return String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)
    }

    private static func link(_ path: String) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        let count = unsafe readlink(path, &buffer, buffer.count)
        return String(
            decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension Owner {
    private static let separator: Character = "/"

    init?(columnForm: String) {
        let fields = columnForm.split(separator: "/", omittingEmptySubsequences: false)
        guard fields.count == 6, let process = Int32(fields[3]), process > 0,
            let instance = Int(fields[5])
        else { return nil }
        self.init(
            host: String(fields[0]), boot: String(fields[1]), namespace: String(fields[2]),
            process: process, started: String(fields[4]), instance: instance)
    }
}
