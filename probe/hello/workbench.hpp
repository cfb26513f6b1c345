#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include <openssl/rand.h>

#include "certs/ossl/error.hpp"
#include "probe/hello/key_share.hpp"
#include "probe/hello/traffic_key.hpp"

namespace mtls::hello {

/// What the connections of one thread share, made when the first of them needs it.
///
/// One X25519 key serves them all. RFC 8446 would have a fresh one for each, to keep the traffic of one apart from the
/// leak of another's key; but here no connection ever carries anything: we read what any stranger may ask for and
/// leave. Making the key is a third of what a list costs.
class Workbench {
  public:
    /// Throws ossl::Error, as below.
    [[nodiscard]] const KeyShare& first_share()
    {
        if (!share_) {
            share_.emplace(wire::NamedGroup::x25519);
        }
        return *share_;
    }

    [[nodiscard]] Ciphers& ciphers()
    {
        if (!ciphers_) {
            ciphers_.emplace();
        }
        return *ciphers_;
    }

    /// Fills `bytes` from a stock of random ones: a draw from OpenSSL's generator costs the same for many as for few.
    void draw(std::span<std::uint8_t> bytes)
    {
        if (drawn_ + bytes.size() > chance_.size()) {
            ossl::must_succeed(RAND_bytes(chance_.data(), static_cast<int>(chance_.size())), "draw random bytes");
            drawn_ = 0;
        }
        std::copy_n(chance_.begin() + static_cast<std::ptrdiff_t>(drawn_), bytes.size(), bytes.begin());
        drawn_ += bytes.size();
    }

  private:
    std::optional<KeyShare> share_;
    std::optional<Ciphers> ciphers_;
    std::array<std::uint8_t, 4096> chance_{};
    std::size_t drawn_ = chance_.size(); ///< of them have been handed out
};

} // namespace mtls::hello
