#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mtls::exporter {

/// Which targets may be probed. An exporter that probes whatever it is told to is a port scanner for everybody who
/// reaches it, so each entry names a host and its port: `pki.example.com` (443), `pki.example.com:8443`,
/// `pki.example.com:*`, `*.example.com:443` (one label or more in place of the star), `192.0.2.1:443`,
/// `[2001:db8::1]:443`.
class AllowList {
  public:
    /// What is wrong with an entry; null: it was added.
    [[nodiscard]] std::optional<std::string> add(std::string_view entry);

    [[nodiscard]] bool empty() const { return entries_.empty(); }

    /// Everything is allowed if nothing was ever added. Names are compared without regard to case or a trailing dot,
    /// addresses by value; no name is looked up, so that no answer of DNS lets anything in.
    [[nodiscard]] bool allows(std::string_view host, std::uint16_t port) const;

  private:
    struct Entry {
        std::string host;                  ///< in normal form; of `*.example.com` ".example.com"
        bool below = false;                ///< any name below `host`
        std::optional<std::uint16_t> port; ///< null: any
    };

    std::vector<Entry> entries_;
};

} // namespace mtls::exporter
