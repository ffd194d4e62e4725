#pragma once
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/ssl.h>

// These are macros over SSL_CTX_ctrl(3): Swift does not see them.
static inline int smsmda_ssl_at_least_tls12(SSL_CTX *context) {
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}
// The option is a macro with a shift.
static inline void smsmda_ssl_forbid_renegotiation(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
}
// A write that was cut short is tried again from another buffer with the same content.
static inline void smsmda_ssl_allow_moving_writes(SSL_CTX *context) {
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
}
