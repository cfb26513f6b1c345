#pragma once

#include <cstddef>

#include <openssl/ssl.h>

namespace mtls::server {

/// What OpenSSL calls while a TlsSession runs. Private to it. Nothing here throws through C.
struct TlsCallbacks {
    static int client_hello(SSL* ssl, int* alert, void* argument) noexcept;
    static int verify(X509_STORE_CTX* store, void* argument) noexcept;
    static int select_alpn(SSL* ssl, const unsigned char** out, unsigned char* out_length, const unsigned char* in,
                           unsigned int in_length, void* argument) noexcept;
    static void message(int sent, int version, int content_type, const void* bytes, std::size_t size, SSL* ssl,
                        void* argument) noexcept;
};

} // namespace mtls::server
