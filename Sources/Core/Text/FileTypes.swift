internal import CoreSystem

/// libmagic: what octets really are, whatever the sender calls them.
///
/// The library and its 7 MB of rules are opened when the first value is made, which is for the operator's
/// commands; a delivery does not need them. Not Sendable: a magic cookie belongs to one thread at a time.
@safe package final class FileTypes {
    /// Why the library cannot be used, and what to do.
    package struct Unavailable: Error, CustomStringConvertible {
        package let description: String
    }

    // As in magic.h.
    private typealias Open = @convention(c) (Int32) -> OpaquePointer?
    private typealias Load = @convention(c) (OpaquePointer, UnsafePointer<CChar>?) -> Int32
    private typealias Identify =
        @convention(c) (OpaquePointer, UnsafeRawPointer?, Int) -> UnsafePointer<CChar>?
    private typealias Close = @convention(c) (OpaquePointer) -> Void

    private let cookie: OpaquePointer
    private let identify: Identify
    private let close: Close

    package init() throws(Unavailable) {
        let library: DynamicLibrary
        do throws(DynamicLibrary.LoadError) {
            library = try DynamicLibrary(opening: ["libmagic.so.1"])
        } catch {
            throw Unavailable(
                description: "types of attachments are not looked up; "
                    + "install the Debian package libmagic1 (\(error))")
        }
        guard let open = unsafe library.symbol("magic_open"),
            let load = unsafe library.symbol("magic_load"),
            let identify = unsafe library.symbol("magic_buffer"),
            let close = unsafe library.symbol("magic_close")
        else {
            throw Unavailable(
                description:
                    "types of attachments are not looked up: libmagic.so.1 lacks a function; "
                    + "reinstall the Debian package libmagic1")
        }
        guard let cookie = unsafe unsafeBitCast(open, to: Open.self)(Self.mimeType) else {
            throw Unavailable(
                description: "types of attachments are not looked up: no memory for libmagic")
        }
        let closing = unsafe unsafeBitCast(close, to: Close.self)
        guard unsafe unsafeBitCast(load, to: Load.self)(cookie, nil) == 0 else {
            unsafe closing(cookie)
            throw Unavailable(
                description: "types of attachments are not looked up: libmagic finds no rules; "
                    + "install the Debian package libmagic-mgc")
        }
        unsafe self.cookie = cookie
        unsafe self.identify = unsafeBitCast(identify, to: Identify.self)
        unsafe self.close = closing
    }

    deinit { unsafe close(cookie) }

    /// `type/subtype`; nil when libmagic has no answer.
    package func type(of bytes: [UInt8]) -> String? {
        let answer = unsafe bytes.withUnsafeBytes { octets in
            unsafe identify(cookie, octets.baseAddress, octets.count)
        }
        guard let answer = unsafe answer else { return nil }
        return unsafe String(cString: answer)
    }

    /// What is looked at of a file: its type stands at its beginning.
    static let mostOctets = 65_536
    /// MAGIC_MIME_TYPE
    private static let mimeType: Int32 = 0x10
}
