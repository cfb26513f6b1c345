#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mtls::iis {

enum class BindingKind { ip_port, hostname_port, central_store };

/// One record of `netsh http show sslcert`. What the record does not say is null; so is what it calls `(null)`, but for
/// the Ctl Store Name it matters which.
struct Binding {
    BindingKind kind = BindingKind::ip_port;
    std::string host; ///< the address or the name, without brackets; "" for the central store
    std::uint16_t port = 0;
    std::optional<std::string> certificate_hash; ///< hex as printed; null for the central store
    std::string application_id;                  ///< "{4dc3e181-e14b-4a21-b022-59fc669b0914}"
    std::optional<std::string> certificate_store;
    std::optional<bool> verify_revocation;
    std::optional<bool> cached_revocation_only;
    std::optional<bool> usage_check;
    std::uint32_t revocation_freshness_time = 0; ///< seconds; 0: as usual
    std::uint32_t url_retrieval_timeout = 0;     ///< milliseconds; 0: as usual
    std::optional<std::string> ctl_identifier;
    bool names_ctl_store = false;              ///< the record has a line for it
    std::optional<std::string> ctl_store_name; ///< null with names_ctl_store: `(null)`
    std::optional<bool> ds_mapper;
    std::optional<bool> negotiates; ///< asks in the first handshake
    /// What newer versions append and is Set, as `netsh http update sslcert` calls it: "disabletls13".
    std::vector<std::string> also_set;
    bool more_is_set = false; ///< something that is not known here, or whose label is translated
};

/// "0.0.0.0:443", "[::]:443", "www.example.com:443", "central certificate store:443".
[[nodiscard]] std::string text(const Binding& binding);

/// Reads saved output of `netsh http show sslcert` of any Windows version in any language: records are found by their
/// application id, lines by their place in it, since only the values are not translated. Lines that newer versions
/// append are passed over. Empty if there is no record.
[[nodiscard]] std::vector<Binding> read_bindings(std::string_view text);

/// Whether the text ends within a record, before its line Negotiate Client Certificate, which every version prints.
/// Whatever came behind that is not in it.
[[nodiscard]] bool ends_early(std::string_view text);

} // namespace mtls::iis
