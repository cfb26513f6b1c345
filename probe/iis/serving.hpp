#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "probe/iis/binding.hpp"

namespace mtls::iis {

/// What a client asks http.sys for.
struct Asked {
    std::string address; ///< numeric, without brackets
    std::uint16_t port = 0;
    std::optional<std::string> sni;
};

/// The binding that answers.
struct Serving {
    Binding binding;
    std::string why; ///< "its name is the SNI": in words
    /// Why it may be another one after all; "" if nothing speaks for that.
    std::string doubt;
};

/// http.sys looks for the exact address, then the host name sent, then the central store, then [::], then 0.0.0.0.
/// (From one credible report; others put the host name first, which is then the doubt.) Null if no binding fits.
[[nodiscard]] std::optional<Serving> serving_binding(const std::vector<Binding>& bindings, const Asked& asked);

} // namespace mtls::iis
