#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "certs/pki/hierarchy.hpp"
#include "harness/scenario/scenario.hpp"
#include "harness/server/site.hpp"

namespace mtls::server {

/// The certificates of these names, in order. Throws ConfigError if one does not exist.
[[nodiscard]] std::vector<x509::Certificate> certificates(const pki::Hierarchy& hierarchy,
                                                          const std::vector<std::string>& names);

/// The n-th made-up authority, in RFC 4514. All take the same 75 bytes in a list.
[[nodiscard]] std::string filler_name(std::size_t number);

/// The sites of a scenario: which one serves a connection to `listener` that reached `address` and asks for `sni`.
class Sites {
  public:
    virtual ~Sites() = default;

    /// Null if none does: the connection is reset.
    [[nodiscard]] virtual const Site* serving(const scenario::Listener& listener, const std::string& address,
                                              const std::optional<std::string>& sni) const = 0;
};

/// Of the personality iis: one per binding, judged by schannel/. Throws ConfigError, ossl::Error.
[[nodiscard]] std::unique_ptr<Sites> iis_sites(const scenario::Scenario& scenario, const pki::Hierarchy& hierarchy);

/// What `netsh http show sslcert` would print of the bindings of an iis scenario that is served on these ports.
[[nodiscard]] std::string iis_bindings_text(const scenario::Iis& iis, const pki::Hierarchy& hierarchy,
                                            const std::vector<std::uint16_t>& ports);

/// Of strict, nginx and apache: one per listener.
[[nodiscard]] std::unique_ptr<Sites> plain_sites(const scenario::Scenario& scenario, const pki::Hierarchy& hierarchy);

/// Whichever the scenario's personality needs.
[[nodiscard]] std::unique_ptr<Sites> make_sites(const scenario::Scenario& scenario, const pki::Hierarchy& hierarchy);

} // namespace mtls::server
