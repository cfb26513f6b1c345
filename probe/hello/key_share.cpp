#include "probe/hello/key_share.hpp"

#include <algorithm>
#include <array>

#include <openssl/dh.h>

#include "certs/ossl/error.hpp"

namespace mtls::hello {

using wire::NamedGroup;

namespace {

/// How OpenSSL calls a group.
struct Known {
    NamedGroup group{};
    const char* type = nullptr;
    const char* name = nullptr; ///< null: the type is the group
};

constexpr std::array known{
    Known{NamedGroup::x25519, "X25519", nullptr},    Known{NamedGroup::secp256r1, "EC", "P-256"},
    Known{NamedGroup::secp384r1, "EC", "P-384"},     Known{NamedGroup::secp521r1, "EC", "P-521"},
    Known{NamedGroup::x448, "X448", nullptr},        Known{NamedGroup::ffdhe2048, "DH", "ffdhe2048"},
    Known{NamedGroup::ffdhe3072, "DH", "ffdhe3072"}, Known{NamedGroup::ffdhe4096, "DH", "ffdhe4096"},
};

const Known* find(NamedGroup group)
{
    const auto* const found =
        std::find_if(known.begin(), known.end(), [&](const Known& one) { return one.group == group; });
    return found == known.end() ? nullptr : found;
}

ossl::EvpPkeyPtr generate(const Known& kind)
{
    const ossl::EvpPkeyCtxPtr context{
        ossl::must(EVP_PKEY_CTX_new_from_name(nullptr, kind.type, nullptr), "make a key share")};
    ossl::must_succeed(EVP_PKEY_keygen_init(context.get()), "make a key share");
    if (kind.name != nullptr) {
        ossl::must_succeed(EVP_PKEY_CTX_set_group_name(context.get(), kind.name), "choose a group");
    }
    EVP_PKEY* key = nullptr;
    ossl::must_succeed(EVP_PKEY_generate(context.get(), &key), "make a key share");
    return ossl::EvpPkeyPtr{key};
}

} // namespace

bool can_share(NamedGroup group)
{
    return find(group) != nullptr;
}

KeyShare::KeyShare(NamedGroup group) : group_{group}, key_{generate(*find(group))}
{
    unsigned char* encoded = nullptr;
    const std::size_t size = EVP_PKEY_get1_encoded_public_key(key_.get(), &encoded);
    const ossl::BytesPtr owner{ossl::must(encoded, "encode a key share")};
    public_key_.assign(encoded, encoded + size);
    derivation_.reset(ossl::must(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr), "use a key share"));
    ossl::must_succeed(EVP_PKEY_derive_init(derivation_.get()), "use a key share");
    if (EVP_PKEY_is_a(key_.get(), "DH") == 1) {
        // RFC 8446 §7.4.1: the secret has the length of the prime, leading zeros included.
        ossl::must_succeed(EVP_PKEY_CTX_set_dh_pad(derivation_.get(), 1), "use a key share");
    }
}

std::optional<std::vector<std::uint8_t>> KeyShare::agree(wire::Bytes server_key) const
{
    const ossl::ErrorMark quiet;
    const ossl::EvpPkeyPtr peer{ossl::must(EVP_PKEY_new(), "EVP_PKEY_new")};
    // Decoding checks that the point is on the curve; with a key that nothing depends on, more is not needed.
    constexpr int without_further_checks = 0;
    if (EVP_PKEY_copy_parameters(peer.get(), key_.get()) != 1 ||
        EVP_PKEY_set1_encoded_public_key(peer.get(), server_key.data(), server_key.size()) != 1 ||
        EVP_PKEY_derive_set_peer_ex(derivation_.get(), peer.get(), without_further_checks) != 1) {
        return std::nullopt;
    }
    std::size_t size = 0;
    if (EVP_PKEY_derive(derivation_.get(), nullptr, &size) != 1) {
        return std::nullopt;
    }
    std::vector<std::uint8_t> secret(size);
    if (EVP_PKEY_derive(derivation_.get(), secret.data(), &size) != 1) {
        return std::nullopt;
    }
    secret.resize(size);
    return secret;
}

} // namespace mtls::hello
