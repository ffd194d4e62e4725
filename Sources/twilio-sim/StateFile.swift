import CLinux
import CoreSystem
import FoundationEssentials
import Glibc

/// The file that keeps the store: one change a line, in JSON, only ever appended to.
///
/// A line without its end is what the last process was writing when it was killed; nobody was told
/// about it, so it is cut off. Any other line that cannot be read is an error: the file is not ours.
final class StateFile: Sendable {
    private let descriptor: Descriptor
    private let path: String

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// What was in the file when it was opened.
    let changes: [StoreChange]

    /// Opens or makes the file and reads what is in it.
    init(opening path: String) throws(Failure) {
        do throws(Errno) {
            descriptor = try Descriptor(opening: path, O_RDWR | O_CREAT | O_APPEND)
            guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else {
                throw Errno("lock \(path) (another twilio-sim keeps it)")
            }
            let bytes = try descriptor.readAll(limit: .max - 1) ?? []
            let end = bytes.lastIndex(of: Self.newline).map { $0 + 1 } ?? 0
            if end < bytes.count, ftruncate(descriptor.rawValue, off_t(end)) != 0 {
                throw Errno("cut \(path)")
            }
            changes = try Self.read(bytes[..<end], path: path)
            self.path = path
        } catch {
            throw Failure(
                description: "\(error). Name a state file that twilio-sim made and may write")
        }
    }

    /// The caller lets one thread in at a time.
    func append(_ change: StoreChange) throws(Errno) {
        let line: Data
        do {
            line = try JSONEncoder().encode(change)
        } catch {
            preconditionFailure("a change has a JSON form: \(error)")
        }
        let end = lseek(descriptor.rawValue, 0, SEEK_END)
        do throws(Errno) {
            try descriptor.write(all: [UInt8](line) + [Self.newline])
        } catch {
            // Part of the line may be there, and the next one would be written behind it.
            _ = ftruncate(descriptor.rawValue, end)
            throw error
        }
    }

    func truncate() throws(Errno) {
        guard ftruncate(descriptor.rawValue, 0) == 0 else { throw Errno("empty \(path)") }
    }

    private static let newline = UInt8(ascii: "\n")

    private static func read(
        _ bytes: ArraySlice<UInt8>, path: String
    ) throws(Errno) -> [StoreChange] {
        let decoder = JSONDecoder()
        var changes: [StoreChange] = []
        for line in bytes.split(separator: newline) {
            do {
                changes.append(try decoder.decode(StoreChange.self, from: Data(line)))
            } catch {
                throw Errno("read line \(changes.count + 1) of \(path)", code: EINVAL)
            }
        }
        return changes
    }
}
