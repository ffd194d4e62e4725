import COpenSSL
import FoundationEssentials

/// The proof that a callback comes from who knows the auth token: `X-Twilio-Signature`.
///
/// Base64 of HMAC-SHA1, with the token as key, over the URL as the client gave it and, sorted by
/// name, each parameter's name and value. The provider's scheme, read 2026-11-21.
enum Signature {
    static func make(
        token: String, url: String, fields: [(name: String, value: String)]
    ) -> String {
        let sorted = fields.sorted { Array($0.name.utf8).lexicographicallyPrecedes($1.name.utf8) }
        let text = url + sorted.map { $0.name + $0.value }.joined()
        return Data(hmacSHA1(key: Array(token.utf8), Array(text.utf8))).base64EncodedString()
    }

    private static func hmacSHA1(key: [UInt8], _ text: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { digest, count in
            var length: UInt32 = 0
            let made = unsafe HMAC(
                EVP_sha1(), key, Int32(key.count), text, text.count, digest.baseAddress, &length)
            precondition(unsafe made != nil, "libcrypto has no SHA-1")
            count = Int(length)
        }
    }
}
