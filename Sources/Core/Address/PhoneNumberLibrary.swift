internal import CoreSystem

/// libphonenumber behind `Sources/CPhoneNumber`, opened with dlopen(3) on first use.
///
/// A plain C interface; the calls may come from any thread. The library stays loaded.
@safe package struct PhoneNumberLibrary: Sendable {
    private typealias Read =
        @convention(c) (
            UnsafePointer<CChar>?, Int, UnsafePointer<CChar>?, UnsafeMutablePointer<CChar>?, Int
        ) -> Int32
    private typealias ReadRegion =
        @convention(c) (UnsafePointer<CChar>?, Int, UnsafeMutablePointer<CChar>?, Int) -> Int32
    private typealias ReadKind = @convention(c) (UnsafePointer<CChar>?, Int) -> Int32
    private typealias Version = @convention(c) () -> Int32

    private let read: Read
    private let readRegion: ReadRegion
    private let readKind: ReadKind

    /// SMSMDA_PHONENUMBER_VERSION of CPhoneNumber.h.
    private static let version: Int32 = 1
    private static let fileName = "libsmsmda-phonenumber.so"

    /// Opened once for the process. A failure stays: the program is restarted after a repair.
    private static let opened: Result<PhoneNumberLibrary, NumberError> = Result {
        () throws(NumberError) in
        try PhoneNumberLibrary(opening: DynamicLibrary.candidates(fileName))
    }

    package static func shared() throws(NumberError) -> PhoneNumberLibrary { try opened.get() }

    private init(opening paths: [String]) throws(NumberError) {
        let library: DynamicLibrary
        do throws(DynamicLibrary.LoadError) {
            library = try DynamicLibrary(opening: paths)
        } catch {
            throw .libraryMissing(error.description)
        }
        guard let version = unsafe library.symbol("smsmda_phonenumber_version"),
            unsafe unsafeBitCast(version, to: Version.self)() == Self.version,
            let read = unsafe library.symbol("smsmda_number_read"),
            let readRegion = unsafe library.symbol("smsmda_number_region"),
            let readKind = unsafe library.symbol("smsmda_number_kind")
        else { throw .libraryMissing("\(Self.fileName) is of another release") }
        unsafe self.read = unsafeBitCast(read, to: Read.self)
        unsafe self.readRegion = unsafeBitCast(readRegion, to: ReadRegion.self)
        unsafe self.readKind = unsafeBitCast(readKind, to: ReadKind.self)
    }

    /// Parse with a default region, check the possible length, E.164.
    package func number(_ text: String, region: String) throws(NumberError) -> PhoneNumber {
        let (status, e164) = unsafe Self.withBuffer { buffer, capacity in
            unsafe text.withCString { characters in
                unsafe region.withCString {
                    unsafe read(characters, text.utf8.count, $0, buffer, capacity)
                }
            }
        }
        switch status {
        case 0:
            guard let number = PhoneNumber(e164: e164) else { throw .notPossible }
            return number
        case 1: throw .notANumber
        case 2: throw .tooShort
        case 3: throw .tooLong
        case 4: throw .unknownCallingCode
        case 5: throw .notPossible
        default: throw .libraryMissing("it failed on this number")
        }
    }

    /// The region of a number; nil for a number of no region.
    package func region(of number: PhoneNumber) -> Region? {
        let (_, code) = unsafe Self.withBuffer { buffer, capacity in
            unsafe number.e164.withCString {
                unsafe readRegion($0, number.e164.utf8.count, buffer, capacity)
            }
        }
        return Region(code)
    }

    package func kind(of number: PhoneNumber) -> NumberKind {
        let kind = unsafe number.e164.withCString { unsafe readKind($0, number.e164.utf8.count) }
        return NumberKind(rawValue: kind) ?? .unknown
    }

    /// Lends a buffer to a call that writes ASCII and a NUL into it.
    private static func withBuffer(
        _ call: (UnsafeMutablePointer<CChar>?, Int) -> Int32
    ) -> (status: Int32, text: String) {
        var buffer = [CChar](repeating: 0, count: 64)
        let status = unsafe buffer.withUnsafeMutableBufferPointer {
            unsafe call($0.baseAddress, $0.count)
        }
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return (status, String(decoding: bytes, as: UTF8.self))
    }
}
