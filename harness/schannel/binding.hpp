#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mtls::schannel {

/// By what http.sys finds the certificate of a connection.
enum class BindingKind {
    ip_port,       ///< address, perhaps the wildcard 0.0.0.0 or ::
    hostname_port, ///< by the name in the ClientHello
    central_store, ///< whatever name has no binding of its own
};

/// One record of `netsh http show sslcert`. The port is the listener's.
struct Binding {
    BindingKind kind = BindingKind::ip_port;
    std::string host;        ///< address or name; "" for the central store
    std::string certificate; ///< how the caller names the server certificate
    std::optional<std::string> ctl_store_name;
    bool negotiate_client_certificate = false;
    bool verify_revocation = true;
    bool usage_check = true;
    bool disable_tls13 = false;
};

/// The binding that serves a connection to `address` asking for `sni`, or null if none does (http.sys then resets).
/// Exact address, then name, then central store, then [::], then 0.0.0.0. [::] is for IPv6 only, 0.0.0.0 for both.
[[nodiscard]] const Binding* serving(const std::vector<Binding>& bindings, std::string_view address,
                                     const std::optional<std::string>& sni);

} // namespace mtls::schannel
