import CoreSystem

/// A change of the store: what is written to the state file, and what makes the state again.
enum StoreChange: Codable, Sendable {
    case created(StoredMessage)
    case canceled(sid: String, at: Timestamp)
    case redacted(sid: String, at: Timestamp)
    case deleted(sid: String, at: Timestamp)
    /// The phone answered STOP.
    case optedOut(number: String)
    /// The phone answered START.
    case optedIn(number: String)
}

/// All messages ever accepted, in the order of acceptance, on request kept in a file.
///
/// Safe from any thread. A change is in the file before the call returns, so what a client was
/// told survives the end of the process by any signal (not a power failure).
final class Store: Sendable {
    private struct State: Sendable {
        var messages: [StoredMessage] = []
        var indexBySID: [String: Int] = [:]
        /// Newest last.
        var indicesByRecipient: [String: [Int]] = [:]
        var optOuts: Set<String> = []
        var file: StateFile?

        mutating func apply(_ change: StoreChange) {
            switch change {
            case .created(let message):
                indexBySID[message.sid] = messages.count
                indicesByRecipient[message.to, default: []].append(messages.count)
                messages.append(message)
            case .canceled(let sid, let time):
                if let index = indexBySID[sid] { messages[index].canceledAt = time }
            case .redacted(let sid, let time):
                if let index = indexBySID[sid] { messages[index].redactedAt = time }
            case .deleted(let sid, let time):
                if let index = indexBySID[sid] { messages[index].deletedAt = time }
            case .optedOut(let number): optOuts.insert(number)
            case .optedIn(let number): optOuts.remove(number)
            }
        }
    }

    private let state: Locked<State>

    /// - Parameter path: the state file, made when absent. nil keeps nothing.
    init(path: String?) throws(StateFile.Failure) {
        var state = State()
        if let path {
            let file = try StateFile(opening: path)
            state.file = file
            for change in file.changes { state.apply(change) }
        }
        self.state = Locked(state)
    }

    func make(_ change: StoreChange) throws(Errno) {
        try state.withLock { state throws(Errno) in
            try state.file?.append(change)
            state.apply(change)
        }
    }

    /// Forgets everything, in the file too.
    func clear() throws(Errno) {
        try state.withLock { state throws(Errno) in
            try state.file?.truncate()
            state.messages = []
            state.indexBySID = [:]
            state.indicesByRecipient = [:]
            state.optOuts = []
        }
    }

    /// The numbers that want nothing more.
    var optOuts: Set<String> { state.withLock { $0.optOuts } }

    /// What the provider still holds under that SID.
    func message(_ sid: String, of account: String) -> StoredMessage? {
        state.withLock { state in
            guard let index = state.indexBySID[sid] else { return nil }
            let message = state.messages[index]
            return message.accountSID == account && message.deletedAt == nil ? message : nil
        }
    }

    /// As `message`, deleted or not.
    func phone(_ sid: String) -> StoredMessage? {
        state.withLock { state in state.indexBySID[sid].map { state.messages[$0] } }
    }

    /// What the provider holds, newest first.
    func messages(of account: String, to recipient: String?) -> [StoredMessage] {
        state.withLock { state in
            let found =
                if let recipient {
                    (state.indicesByRecipient[recipient] ?? []).map { state.messages[$0] }
                } else {
                    state.messages
                }
            return found.reversed().filter { $0.accountSID == account && $0.deletedAt == nil }
        }
    }

    /// What the phones have, oldest first: the last `count`, and how many there are in all.
    func phones(last count: Int = .max) -> (messages: [StoredMessage], total: Int) {
        state.withLock { (Array($0.messages.suffix(count)), $0.messages.count) }
    }
}
