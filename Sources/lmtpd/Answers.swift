internal import CoreLMTP

/// The replies of one transaction, which become known in any order and are sent in that of RCPT.
///
/// RFC 2033 §4.2: one for each accepted recipient. Each goes out as soon as all before it are known,
/// so that those answered stay done if the connection breaks. Only the reactor's thread touches it.
@Loop final class Answers {
    private var replies: [Reply?]
    private var sent = 0
    private let waiter: Waiter

    /// `waiter` is nudged whenever there may be something to send.
    init(count: Int, waiter: Waiter) {
        replies = Array(repeating: nil, count: count)
        self.waiter = waiter
    }

    /// A reply that comes after `giveUp` is dropped.
    func take(_ reply: Reply, at index: Int) {
        guard replies[index] == nil else { return }
        replies[index] = reply
        if index == sent { waiter.nudge() }
    }

    var isDone: Bool { sent == replies.count }

    /// The replies that may be sent now, as bytes; empty when the next one is not known.
    func next() -> [UInt8] {
        var wire: [UInt8] = []
        while sent < replies.count, let reply = replies[sent] {
            wire += reply.wireForm
            sent += 1
        }
        return wire
    }

    /// Answers what is not known yet with `reply`. Returns how many that were.
    func giveUp(_ reply: Reply) -> Int {
        var count = 0
        for index in replies.indices where replies[index] == nil {
            replies[index] = reply
            count += 1
        }
        return count
    }
}
