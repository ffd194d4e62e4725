internal import CLinux
internal import Glibc

/// An open file descriptor, closed when it goes out of scope.
///
/// It may move between threads but has one owner. Reads and writes are tried again on `EINTR`;
/// `EAGAIN` is an error like any other, for the caller to wait on.
package struct Descriptor: ~Copyable, Sendable {
    /// At least 0.
    package let rawValue: Int32

    /// Takes ownership of a descriptor that somebody else opened.
    package init(adopting rawValue: Int32) {
        precondition(rawValue >= 0, "not a descriptor")
        self.rawValue = rawValue
    }

    /// Opens a file, to read it unless `flags` (as in open(2)) say more. Closed on exec.
    package init(
        opening path: String, _ flags: Int32 = 0, mode: UInt32 = 0o600
    ) throws(Errno) {
        let descriptor = unsafe path.withCString { unsafe smsmda_open($0, flags | O_CLOEXEC, mode) }
        guard descriptor >= 0 else { throw Errno("open \(path)") }
        rawValue = descriptor
    }

    deinit { _ = close(rawValue) }

    /// Gives the descriptor away: the caller closes it.
    package consuming func release() -> Int32 {
        let given = rawValue
        discard self
        return given
    }

    /// Reads at most `count` bytes. Empty at the end of the file.
    package borrowing func read(atMost count: Int) throws(Errno) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            var got: Int
            repeat {
                got = unsafe Glibc.read(rawValue, buffer.baseAddress, count)
            } while got < 0 && errno == EINTR
            failure = got < 0 ? errno : 0
            filled = max(0, got)
        }
        guard failure == 0 else { throw Errno("read", code: failure) }
        return bytes
    }

    /// Reads until the end of the file. Returns nil when there are more than `limit` bytes.
    package borrowing func readAll(limit: Int) throws(Errno) -> [UInt8]? {
        var all: [UInt8] = []
        while true {
            let block = try read(atMost: max(1, min(1 << 16, limit + 1 - all.count)))
            if block.isEmpty { return all }
            all += block
            if all.count > limit { return nil }
        }
    }

    /// Writes what the kernel takes of `bytes` and returns how many that were.
    package borrowing func write(some bytes: ArraySlice<UInt8>) throws(Errno) -> Int {
        var written: Int
        repeat {
            written = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(rawValue, $0.baseAddress, $0.count)
            }
        } while written < 0 && errno == EINTR
        guard written >= 0 else { throw Errno("write") }
        return written
    }

    /// Writes all of `bytes` to a blocking descriptor.
    package borrowing func write(all bytes: [UInt8]) throws(Errno) {
        var rest = bytes[...]
        while !rest.isEmpty { rest = try rest.dropFirst(write(some: rest)) }
    }
}
