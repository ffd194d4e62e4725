// bench-parse ROUNDS FILE...: reads the messages into memory, parses all of them ROUNDS times and
// prints the best round's rate in MB/s of CPU time. `bench-parse 0 FILE` parses one message once
// and prints the peak of its memory over what the program had before reading it, per octet.
//
// Parsing is the tree, subject, senders and recipients, and every body decoded, as gmime.c does.

internal import CoreMail
internal import CoreSystem
internal import Glibc

func cpuSeconds() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// The most memory this process had resident so far.
func peakByteCount() -> Int {
    var usage = rusage()
    unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
}

func parse(_ bytes: [UInt8]) -> Int {
    let message = Message(parsing: bytes)
    var sum = (message.subject?.utf8.count ?? 0) + message.from.count + message.to.count
    for leaf in message.leaves { sum += leaf.decodedBody().count }
    return sum
}

let arguments = CommandLine.arguments.dropFirst()
guard let rounds = arguments.first.flatMap({ Int($0) }), arguments.count > 1 else {
    print("usage: bench-parse ROUNDS FILE...")
    exit(64)
}
do throws(Errno) {
    if rounds == 0 {
        let before = peakByteCount()
        let bytes = try Descriptor(opening: arguments.last ?? "").readAll(limit: 1 << 30) ?? []
        let sum = parse(bytes)
        print(Double(peakByteCount() - before) / Double(bytes.count), sum)
    } else {
        var messages: [[UInt8]] = []
        for path in arguments.dropFirst() {
            messages.append(try Descriptor(opening: path).readAll(limit: 1 << 30) ?? [])
        }
        let byteCount = messages.reduce(0) { $0 + $1.count }
        var best = Double.infinity
        var sum = 0
        for _ in 0..<rounds {
            let start = cpuSeconds()
            for message in messages { sum &+= parse(message) }
            best = min(best, cpuSeconds() - start)
        }
        print(Double(byteCount) / best / 1e6, sum)
    }
} catch {
    print("bench-parse: \(error)")
    exit(74)
}
