internal import CoreSystem

/// What makes two deliveries the same message: SHA-256 over its canonical form.
///
/// In: the octets as the MTA handed them over, in one piece or many. The canonical form has LF for
/// CRLF, a line end at the end, and lacks the lines that an MTA puts in front for one delivery:
/// an mbox `From ` line, Return-Path, Delivered-To, X-Original-To (Postfix), Envelope-To and
/// Delivery-Date (Exim; the last is another one at each retry). Only in front: the same fields
/// further down came with the message and stay. So LMTP and pipe, first try and retry, agree.
///
/// One pass, fixed memory. Nothing is parsed beyond those lines: two alerts with the same text have
/// different Received fields and are two messages, which is what the journal wants.
package struct MessageDigest: Hashable, Sendable {
    /// 32 octets.
    package let bytes: [UInt8]

    /// In hexadecimal, lower case.
    package var hex: String { SHA256.hex(bytes) }

    package init(of message: [UInt8]) {
        var canonical = Canonical()
        canonical.update(message.span)
        bytes = canonical.finish()
    }

    /// The digest while the octets still come.
    package struct Canonical: Sendable {
        private var hash = SHA256()
        /// The line being read, as long as lines in front may still be left out.
        private var front: [UInt8]? = []
        /// The line before was left out: one that begins with a blank belongs to it.
        private var leftOut = false
        private var isFirstLine = true
        /// The last octet was a CR, not yet taken: a LF may follow.
        private var heldReturn = false
        private var last: UInt8 = 0

        package init() {}

        package mutating func update(_ octets: Span<UInt8>) {
            var start = 0
            if heldReturn, !octets.isEmpty {
                heldReturn = false
                if octets[0] != Octet.lineFeed { take(Octet.carriageReturn) }
            }
            // Stretches between CRs go to the hash as they lie in the message.
            while start < octets.count {
                let end = octets.first(Octet.carriageReturn, in: start..<octets.count)
                take(octets.extracting(start..<end))
                start = end + 1
                if end == octets.count { return }
                if start == octets.count {
                    heldReturn = true
                } else if octets[start] != Octet.lineFeed {
                    take(Octet.carriageReturn)
                }
            }
        }

        package consuming func finish() -> [UInt8] {
            if heldReturn { take(Octet.carriageReturn) }
            if last != Octet.lineFeed { take(Octet.lineFeed) }
            if let line = front { hash.update(line.span) }
            return hash.finish()
        }

        private mutating func take(_ octet: UInt8) { take([octet].span) }

        /// Takes octets whose line ends are LF already.
        private mutating func take(_ octets: Span<UInt8>) {
            if octets.isEmpty { return }
            last = octets[octets.count - 1]
            var start = 0
            while front != nil, start < octets.count {
                let lineFeed = octets.first(Octet.lineFeed, in: start..<octets.count)
                let end = min(lineFeed + 1, octets.count)
                for index in start..<end { front?.append(octets[index]) }
                start = end
                if lineFeed < end {
                    endFrontLine()
                } else if let line = front, line.count > Self.longestFrontLine {
                    // An attacker's endless line is not kept: none in front is longer.
                    closeFront()
                }
            }
            if front == nil { hash.update(octets.extracting(start..<octets.count)) }
        }

        private mutating func endFrontLine() {
            guard let line = front else { return }
            let isContinuation = line.first == Octet.blank || line.first == Octet.tab
            if leftOut && isContinuation || isFirstLine && line.starts(with: Self.mboxFrom)
                || Self.fieldsLeftOut.contains(Self.fieldName(line))
            {
                leftOut = true
                isFirstLine = false
                front = []
            } else {
                closeFront()
            }
        }

        /// From here on everything counts.
        private mutating func closeFront() {
            if let line = front { hash.update(line.span) }
            front = nil
        }

        private static let mboxFrom = Array("From ".utf8)
        private static let longestFrontLine = 65_536
        private static let fieldsLeftOut: Set<String> = [
            "return-path", "delivered-to", "x-original-to", "envelope-to", "delivery-date",
        ]

        private static func fieldName(_ line: [UInt8]) -> String {
            guard let colon = line.prefix(40).firstIndex(of: Octet.colon) else { return "" }
            return String(decoding: line[..<colon], as: UTF8.self).lowercased()
        }
    }

    private enum Octet {
        static let tab: UInt8 = 9
        static let lineFeed: UInt8 = 10
        static let carriageReturn: UInt8 = 13
        static let blank: UInt8 = 32
        static let colon: UInt8 = 58
    }
}
