/// One mailbox of an address field: a name for people and an address (RFC 5322 §3.4).
package struct Mailbox: Hashable, Sendable {
    /// Decoded, without quotes and control characters. Empty when there is none.
    package let name: String
    /// `local-part@domain` without comments and blanks, in the message's case. Without `@` when
    /// the message has none: `root`. Empty when only a name could be read.
    package let address: String

    package init(name: String, address: String) {
        self.name = name
        self.address = address
    }
}

extension Mailbox: CustomStringConvertible {
    /// As people write it: `Name <address>`, or what there is of it.
    package var description: String {
        if name.isEmpty { return address }
        return address.isEmpty ? name : "\(name) <\(address)>"
    }
}
