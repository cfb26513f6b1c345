#pragma once

#include <optional>
#include <string>
#include <utility>

#include "probe/verdict/facts.hpp"

namespace mtls::verdict::rules {

/// What is to become of the CTL store of a binding (`sslctlstorename`).
struct CtlStore {
    /// It stays as it is, also if there is none: the list is not at fault.
    [[nodiscard]] static CtlStore kept() { return {}; }

    /// It names one from now on; this one if the binding has none, and ClientAuthIssuer if nothing is known.
    [[nodiscard]] static CtlStore named(std::optional<std::string> store = {}, const char* whose = "")
    {
        return {true, std::move(store), whose};
    }

    bool needed = false;
    std::optional<std::string> otherwise;
    const char* whose = ""; ///< in words, of `otherwise`
};

/// `netsh http update sslcert` for the binding that a normal client reaches, with every parameter, since it is
/// unverified that netsh keeps the ones that it is not told. Values come from the binding that --iis-bindings shows, if
/// it does; else from the handshake, or are left to fill in.
[[nodiscard]] std::string update_binding(const Facts& facts, const CtlStore& store,
                                         const char* negotiation = "clientcertnegotiation=enable");

/// The same for the binding that answered this connection.
[[nodiscard]] std::string update_binding_of(const Facts& facts, const observation::Observation& seen,
                                            const CtlStore& store);

/// The store that the binding of this connection is known to name.
[[nodiscard]] std::optional<std::string> saved_store(const Facts& facts, const observation::Observation& seen);

/// A store for the binding of a normal client: that of the binding that shows the right list, or the only one that
/// --iis-bindings knows, if there is one.
[[nodiscard]] CtlStore store_to_name(const Facts& facts);

/// `certutil` for the store that the binding of a normal client names, else for store_to_name().
[[nodiscard]] std::string add_to_store(const Facts& facts, const char* file);

/// What the reader has to fill in of update_binding(), and of update_binding_of().
[[nodiscard]] std::string fill_in(const Facts& facts, const CtlStore& store);
[[nodiscard]] std::string fill_in_of(const Facts& facts, const observation::Observation& seen, const CtlStore& store);

} // namespace mtls::verdict::rules
