#include "harness/raw/key_exchange.hpp"

#include "certs/ossl/error.hpp"

namespace mtls::raw {
namespace {

constexpr std::size_t share_size = 32;

} // namespace

using ossl::must;
using ossl::must_succeed;

KeyExchange::KeyExchange()
    : key_{must(EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519"), "make an X25519 key")}, share_(share_size)
{
    std::size_t size = share_.size();
    must_succeed(EVP_PKEY_get_raw_public_key(key_.get(), share_.data(), &size), "EVP_PKEY_get_raw_public_key");
}

Buffer KeyExchange::secret_with(Bytes peer_share) const
{
    const ossl::ErrorMark mark; // a share that is none is an answer
    const ossl::EvpPkeyPtr peer{
        EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, peer_share.data(), peer_share.size())};
    const ossl::EvpPkeyCtxPtr context{EVP_PKEY_CTX_new(key_.get(), nullptr)};
    Buffer secret(share_size);
    std::size_t size = secret.size();
    const bool derived = peer && context && EVP_PKEY_derive_init(context.get()) > 0 &&
                         EVP_PKEY_derive_set_peer(context.get(), peer.get()) > 0 &&
                         EVP_PKEY_derive(context.get(), secret.data(), &size) > 0;
    return derived ? secret : Buffer{};
}

} // namespace mtls::raw
