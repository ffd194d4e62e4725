internal import COpenSSL
internal import CoreSystem

/// Our certificate and key, and whom we ask for one: what every TLS session starts from.
///
/// TLS 1.2 or later, OpenSSL's own choice of ciphers. OpenSSL counts the references, so sessions
/// that began with an old context live on after a reload.
@safe final class TLSContext: @unchecked Sendable {
    // @unchecked: not changed after init; OpenSSL locks its reference count itself.
    fileprivate let context: OpaquePointer
    /// A session that comes about is with a client whose certificate we trust.
    let verifiesClients: Bool

    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    /// `clientAuthority` is a PEM file: clients must then show a certificate that it signed.
    init(certificate: String, key: String, clientAuthority: String?) throws(Refused) {
        guard let context = unsafe SSL_CTX_new(TLS_server_method()) else {
            throw Refused(description: "OpenSSL cannot start: \(Self.reason())")
        }
        unsafe self.context = context
        verifiesClients = clientAuthority != nil
        _ = unsafe smsmda_ssl_at_least_tls12(context)
        unsafe smsmda_ssl_allow_moving_writes(context)
        // A write never has to read first, and nobody makes us work for it.
        unsafe smsmda_ssl_forbid_renegotiation(context)
        guard unsafe SSL_CTX_use_certificate_chain_file(context, certificate) == 1 else {
            throw Refused(
                description: "[lmtp] tls_cert_file \(certificate): \(Self.reason()); "
                    + "it must hold the certificate and its chain in PEM form")
        }
        guard unsafe SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1,
            unsafe SSL_CTX_check_private_key(context) == 1
        else {
            throw Refused(
                description: "[lmtp] tls_key_file \(key): \(Self.reason()); "
                    + "it must hold the key of the certificate in PEM form, without a passphrase")
        }
        guard let clientAuthority else { return }
        guard unsafe SSL_CTX_load_verify_locations(context, clientAuthority, nil) == 1 else {
            throw Refused(
                description: "[lmtp] tls_client_ca_file \(clientAuthority): \(Self.reason())")
        }
        unsafe SSL_CTX_set_verify(
            context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        // Sessions could be resumed from a context that verified nobody.
        _ = unsafe SSL_CTX_set_session_id_context(context, "smsmda", 6)
    }

    deinit { unsafe SSL_CTX_free(context) }

    /// OpenSSL's words for the last failure of this thread; its queue is empty afterwards.
    fileprivate static func reason() -> String {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        guard code != 0, let text = unsafe ERR_reason_error_string(code) else {
            return "no reason given"
        }
        return unsafe String(cString: text)
    }
}

/// One TLS session over a descriptor that does not block.
///
/// It does not own the descriptor. Every call may have to wait for the descriptor and be made again.
@safe final class TLSStream {
    private let session: OpaquePointer

    enum Progress: Equatable {
        case done(Int)
        /// Nothing to be had before the peer sends more.
        case mustRead
        /// Nothing to be done before the socket takes more.
        case mustWrite
        case closed
        case failed(String)
    }

    init?(_ context: TLSContext, over descriptor: Int32) {
        guard let session = unsafe SSL_new(context.context) else { return nil }
        unsafe self.session = session
        guard unsafe SSL_set_fd(session, descriptor) == 1 else { return nil }
        unsafe SSL_set_accept_state(session)
    }

    deinit { unsafe SSL_free(session) }

    func handshake() -> Progress {
        ERR_clear_error()
        return progress(unsafe SSL_do_handshake(session))
    }

    func read(into buffer: inout [UInt8]) -> Progress {
        ERR_clear_error()
        let status = unsafe buffer.withUnsafeMutableBytes {
            unsafe SSL_read(session, $0.baseAddress, Int32(clamping: $0.count))
        }
        return progress(status)
    }

    func write(_ bytes: ArraySlice<UInt8>) -> Progress {
        ERR_clear_error()
        let status = unsafe bytes.withUnsafeBytes {
            unsafe SSL_write(session, $0.baseAddress, Int32(clamping: $0.count))
        }
        return progress(status)
    }

    /// Says goodbye; the peer's own goodbye is not waited for.
    func shutdown() {
        ERR_clear_error()
        unsafe SSL_shutdown(session)
    }

    /// `TLSv1.3 TLS_AES_256_GCM_SHA384`, for the log.
    var summary: String {
        let version = unsafe String(cString: SSL_get_version(session))
        let cipher = unsafe SSL_get_current_cipher(session)
        guard let name = unsafe SSL_CIPHER_get_name(cipher) else { return version }
        return unsafe "\(version) \(String(cString: name))"
    }

    private func progress(_ status: Int32) -> Progress {
        if status > 0 { return .done(Int(status)) }
        switch unsafe SSL_get_error(session, status) {
        case SSL_ERROR_WANT_READ: return .mustRead
        case SSL_ERROR_WANT_WRITE: return .mustWrite
        case SSL_ERROR_ZERO_RETURN: return .closed
        case SSL_ERROR_SYSCALL:
            ERR_clear_error()
            return .closed
        default: return .failed(TLSContext.reason())
        }
    }
}
