#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "certs/ossl/handles.hpp"

namespace mtls::test {

/// A TLS server of another implementation, without a socket, that asks for a certificate.
class LibsslServer {
  public:
    struct Setup {
        int version = TLS1_3_VERSION;
        const char* suites_12 = "ALL:@SECLEVEL=0";
        const char* suites_13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
        const char* groups = "X25519:P-256:P-384:P-521:X448:ffdhe2048:ffdhe3072:ffdhe4096";
        const char* alpn = nullptr; ///< the protocol it insists on
        std::size_t names = 3;      ///< of certificate_authorities
        std::size_t padding = 0;    ///< records are padded to a multiple of it
        std::size_t fragment = 16384;
        bool cookie = false; ///< begins with a HelloRetryRequest that carries one
    };

    explicit LibsslServer(const Setup& setup);
    LibsslServer(const LibsslServer&) = delete;
    LibsslServer& operator=(const LibsslServer&) = delete;
    ~LibsslServer() = default;

    /// What it answers to these bytes.
    [[nodiscard]] std::vector<std::uint8_t> answer(std::span<const std::uint8_t> bytes);

    /// The handshake messages that it has written, header included.
    [[nodiscard]] const std::vector<std::vector<std::uint8_t>>& written() const { return written_; }

    [[nodiscard]] std::string server_name() const; ///< as the client sent it
    [[nodiscard]] std::string cipher() const;      ///< IANA name

  private:
    Setup setup_;
    ossl::SslCtxPtr context_;
    ossl::SslPtr ssl_;
    BIO* in_ = nullptr;
    BIO* out_ = nullptr;
    bool cookie_taken_ = false;
    std::vector<std::vector<std::uint8_t>> written_;
};

} // namespace mtls::test
