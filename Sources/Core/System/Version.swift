/// The release, as `smsmda version` prints it and the User-Agent says it.
package enum Version {
    package static let current = "0.1.0"
}
