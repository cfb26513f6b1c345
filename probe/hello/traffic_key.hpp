#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "certs/ossl/handles.hpp"
#include "probe/wire/cipher_suite.hpp"
#include "probe/wire/parse_error.hpp"

namespace mtls::hello {

/// RFC 8446 §7.3: what one direction of a connection is protected with. Small: a connection in flight holds it, and
/// OpenSSL's contexts are shared.
struct TrafficKey {
    wire::CipherSuite suite{};
    std::array<std::uint8_t, 32> key{};
    std::array<std::uint8_t, 12> iv{};
    std::uint64_t sequence_number = 0; ///< of the next record
};

/// The hash and the AEAD of each TLS 1.3 cipher suite that we offer, fetched once. For one thread.
class Ciphers {
  public:
    /// Throws ossl::Error.
    Ciphers();

    [[nodiscard]] bool knows(wire::CipherSuite suite) const;

    /// The suite's hash of these bytes, one after the other. `suite` must be known, here and below.
    [[nodiscard]] std::vector<std::uint8_t> hash(wire::CipherSuite suite, wire::Bytes first, wire::Bytes second = {});

    /// RFC 8446 §7.1: the server's handshake traffic key, of the key exchange's secret and the hash of ClientHello up
    /// to ServerHello.
    [[nodiscard]] TrafficKey server_handshake_key(wire::CipherSuite suite, wire::Bytes shared_secret,
                                                  wire::Bytes transcript_hash);

    /// RFC 8446 §7.3: the key that a traffic secret stands for. Null if the secret is not as long as the suite's hash.
    [[nodiscard]] std::optional<TrafficKey> traffic_key(wire::CipherSuite suite, wire::Bytes traffic_secret);

    /// RFC 8446 §5.2: the content of a protected record, with its type and padding at the end. Null if it does not
    /// authenticate. It lies in a buffer that the next call overwrites. Counts the record.
    [[nodiscard]] std::optional<wire::Bytes> open(TrafficKey& key, wire::Bytes header, wire::Bytes fragment);

  private:
    /// A hash, keyed and not, and the salt that RFC 8446 §7.1 derives from it alone.
    struct Hash {
        ossl::EvpMdPtr digest;
        ossl::EvpMacCtxPtr hmac;
        std::size_t size = 0;
        std::vector<std::uint8_t> salt;
    };

    struct Suite {
        wire::CipherSuite code{};
        std::size_t hash = 0; ///< index into hashes_
        std::size_t key_size = 0;
        ossl::EvpCipherCtxPtr cipher;
    };

    [[nodiscard]] static Hash make_hash(const char* name);
    [[nodiscard]] static Suite make_suite(wire::CipherSuite code, std::size_t hash, const char* cipher);
    static void hmac(const Hash& hash, wire::Bytes key, wire::Bytes data, std::span<std::uint8_t> result);
    static void expand(const Hash& hash, wire::Bytes secret, std::string_view label, wire::Bytes context,
                       std::span<std::uint8_t> result);
    void digest(const Hash& hash, wire::Bytes first, wire::Bytes second, std::span<std::uint8_t> result);
    [[nodiscard]] Suite& find(wire::CipherSuite suite);

    ossl::EvpMdCtxPtr digesting_;
    std::array<Hash, 2> hashes_;
    std::array<Suite, 3> suites_;
    std::vector<std::uint8_t> plain_;
};

} // namespace mtls::hello
