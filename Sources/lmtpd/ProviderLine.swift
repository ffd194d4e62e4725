internal import CoreConfig
internal import CoreDelivery
internal import CoreSystem
internal import CoreTwilio

/// The one way to the provider for all sessions: a queue in front of libcurl, fair among them.
///
/// At most `max_concurrency` requests are in flight; the others wait in turn, one request of each
/// session after the other, so that a message for a hundred recipients does not hold up one for
/// one. A request that has waited for `longestWait` is given back as not sent. A 429 is tried
/// again within that time, because it says that nothing was taken.
/// `Admission` decides; this file only waits and counts.
final class ProviderLine: Transport {
    /// The session a request belongs to, for fairness.
    @TaskLocal static var session = 0

    /// Beyond it the MTA's queue is the better place to wait.
    static let longestWait = Duration.seconds(20)
    static let triesWhenBusy = 4

    private let queue: Queue

    /// What makes another line necessary when it changes.
    struct Settings: Hashable {
        let options: CurlHandle.Options
        let maximum: Int
    }

    static func settings(_ configuration: Configuration) -> Settings {
        Settings(
            options: configuration.transportOptions, maximum: configuration.twilio.maxConcurrency)
    }

    @Loop init(_ configuration: Configuration) {
        let settings = Self.settings(configuration)
        queue = Queue(settings.options, maximum: settings.maximum)
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        try await queue.send(request, for: Self.session)
    }

    /// When the last transaction that uses it has ended, after a reload, so has its task.
    deinit {
        Task(executorPreference: Loop.reactor) { @Sendable @Loop [queue] in queue.retire() }
    }

    /// Starts the task that moves the requests on.
    @Loop func start() {
        Task(executorPreference: Loop.reactor) { @Sendable @Loop [queue] in await queue.run() }
    }

    @Loop var state: State { queue.state }

    /// For the operator's look.
    struct State {
        let inFlight: Int
        let waiting: Int
        let limit: Int
        let isReachable: Bool
    }

    @Loop private final class Queue {
        private let multi: CurlMulti
        private let alarm: Alarm
        private var admission: Admission
        private var queues: [Int: [Turn]] = [:]
        /// Sessions with waiting requests, the next in turn first.
        private var order: [Int] = []
        private var waiting = 0
        private var isRetired = false

        @safe private struct Turn {
            let deadline: Duration
            let continuation: UnsafeContinuation<Result<Admission.Ticket, TransportError>, Never>
        }

        init(_ options: CurlHandle.Options, maximum: Int) {
            multi = CurlMulti(options, maximum: maximum)
            admission = Admission(maximum: maximum)
            alarm = Alarm()
            Loop.reactor.add(alarm)
        }

        var state: ProviderLine.State {
            ProviderLine.State(
                inFlight: admission.inFlight, waiting: waiting, limit: admission.currentLimit,
                isReachable: !admission.isOpen)
        }

        func send(
            _ request: HTTPRequest, for session: Int
        ) async throws(TransportError) -> HTTPResponse {
            let patience = Loop.reactor.now + ProviderLine.longestWait
            let deadline = request.startBefore.map { min(patience, $0) } ?? patience
            var tries = 0
            while true {
                let ticket = try await turn(for: session, until: deadline)
                let result =
                    Clock.system.elapsed() < deadline
                    ? await exchange(request) : .failure(Self.notSent("too late for its claim"))
                let ending = Self.ending(result)
                admission.ended(ticket, ending, now: Loop.reactor.now)
                admitWaiting()
                tries += 1
                let mayTryAgain =
                    tries < ProviderLine.triesWhenBusy && Loop.reactor.now < deadline
                if case .busy = ending, mayTryAgain { continue }
                return try result.get()
            }
        }

        private func exchange(_ request: HTTPRequest) async -> Result<HTTPResponse, TransportError>
        {
            do throws(TransportError) {
                return .success(try await multi.exchange(request))
            } catch {
                return .failure(error)
            }
        }

        private static func ending(
            _ result: Result<HTTPResponse, TransportError>
        ) -> Admission.Ending {
            switch result {
            case .success(let response) where response.status == 429:
                .busy(retryAfter: response.retryAfter)
            case .success: .answered
            case .failure: .unreachable
            }
        }

        private func turn(
            for session: Int, until deadline: Duration
        ) async throws(TransportError) -> Admission.Ticket {
            if order.isEmpty {
                switch admission.ask(now: Loop.reactor.now) {
                case .go(let ticket): return ticket
                case .refused(let reason): throw Self.notSent(reason)
                case .wait: break
                }
            }
            let result = unsafe await withUnsafeContinuation { continuation in
                let turn = unsafe Turn(deadline: deadline, continuation: continuation)
                if queues[session, default: []].isEmpty { order.append(session) }
                queues[session, default: []].append(turn)
                waiting += 1
                setAlarm()
            }
            return try result.get()
        }

        /// Lets go whoever may, one of each session in turn.
        private func admitWaiting() {
            while let session = order.first {
                switch admission.ask(now: Loop.reactor.now) {
                case .wait: return
                case .go(let ticket):
                    order.removeFirst()
                    answer(session, .success(ticket))
                case .refused(let reason):
                    order.removeFirst()
                    answer(session, .failure(Self.notSent(reason)))
                }
            }
        }

        private func answer(_ session: Int, _ result: Result<Admission.Ticket, TransportError>) {
            guard var queue = queues.removeValue(forKey: session)
            else { preconditionFailure("a session in turn has nothing waiting") }
            let turn = queue.removeFirst()
            if !queue.isEmpty {
                queues[session] = queue
                order.append(session)
            }
            waiting -= 1
            unsafe turn.continuation.resume(returning: result)
        }

        /// Gives back what has waited too long.
        private func expire() {
            let now = Loop.reactor.now
            for session in order {
                while let turn = queues[session]?.first, turn.deadline <= now {
                    order.removeAll { $0 == session }
                    answer(session, .failure(Self.notSent("too many requests waiting")))
                }
            }
        }

        private static func notSent(_ reason: String) -> TransportError {
            TransportError(sentNothing: true, code: 0, reason: reason)
        }

        func run() async {
            async let exchanges: Void = multi.run()
            while !isRetired || waiting > 0 {
                _ = await alarm.waiter.wait(until: nil)
                expire()
                admitWaiting()
                setAlarm()
            }
            multi.retire()
            await exchanges
        }

        func retire() {
            isRetired = true
            alarm.waiter.nudge()
        }

        /// Looks again within a second while anything waits.
        private func setAlarm() {
            guard waiting > 0 else {
                alarm.deadline = nil
                return
            }
            let now = Loop.reactor.now
            let look = now + .seconds(1)
            alarm.deadline = min(admission.nextLook(now: now) ?? look, look)
        }
    }
}
