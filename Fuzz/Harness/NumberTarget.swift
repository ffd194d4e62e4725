internal import CoreAddress

extension FuzzTarget {
    /// A region's number and an address: `US +14155551212+urgent@sms.example`.
    static let number = FuzzTarget("number") { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        let region = Region(String(text.prefix(2))) ?? .unitedStates
        let path = ForwardPath(String(text.dropFirst(3)))
        if let option = path.option {
            require(path.localPart == path.base + "+" + option, "the local part is whole")
        }
        require(path.base.utf8.count <= path.localPart.utf8.count, "a base is a part")

        for text in [path.base, path.localPart] {
            let plain = PlainNumber.read(text, region: region)
            let number = readByLibrary(text, region)
            if let number {
                require(PhoneNumber(e164: number.e164) == number, "what is read is E.164")
                require(!number.masked.contains(number.e164), "a masked number is not the number")
                require(!PlainNumber.isHopeless(text), "what can be read is not hopeless")
            }
            if let plain, isLibraryHere {
                require(plain == number, "the table says what the library says")
            }
        }
    }

    /// Nil for what is refused, and when the library is not installed here.
    private static func readByLibrary(_ text: String, _ region: Region) -> PhoneNumber? {
        // What is longer is refused before the library sees it.
        guard text.utf8.count <= 250 else { return nil }
        do throws(NumberError) {
            let number = try PhoneNumberLibrary.shared().number(text, region: region.code)
            _ = try NumberReader.region(of: number)
            _ = try NumberReader.kind(of: number)
            return number
        } catch {
            return nil
        }
    }

    private static var isLibraryHere: Bool {
        do throws(NumberError) {
            _ = try PhoneNumberLibrary.shared()
            return true
        } catch {
            return false
        }
    }
}
