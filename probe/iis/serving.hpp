#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "probe/iis/binding.hpp"

namespace mtls::iis {

/// What a client asks http.sys for, and what it was shown.
struct Asked {
    std::string address; ///< numeric, without brackets
    std::uint16_t port = 0;
    std::optional<std::string> sni;
    /// SHA-1 of the certificate that the server presented, in small hex; null if none was seen.
    std::optional<std::string> certificate_hash;
};

/// The binding that answers.
struct Serving {
    Binding binding;
    std::string why; ///< "it is for the host name sent": in words
    /// Why it may be another one after all; "" if nothing speaks for that.
    std::string doubt;
};

/// What saved bindings say of one connection. Both null: none of them could answer it.
struct Reading {
    std::optional<Serving> serving;
    /// The binding that should have answered, whose Certificate Hash is not that of the certificate which was
    /// presented, while no other that could has that one: the file and the server disagree, and nothing in it is a
    /// fact.
    std::optional<Serving> contradicted;
};

/// http.sys looks for the exact address, then the host name sent, then the central store, then [::] (IPv6 only), then
/// 0.0.0.0.
/// (From one credible report; others put the host name first, which is then the doubt.) The certificate that was
/// presented goes before all that.
[[nodiscard]] Reading read_for(const std::vector<Binding>& bindings, const Asked& asked);

} // namespace mtls::iis
