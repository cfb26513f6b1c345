#pragma once

#include <optional>

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

  private:
    std::optional<KeyShare> share_;
    std::optional<Ciphers> ciphers_;
};

} // namespace mtls::hello
