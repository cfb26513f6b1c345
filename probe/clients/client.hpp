#pragma once

#include <span>
#include <string_view>

#include "probe/clients/late.hpp"
#include "probe/clients/rules.hpp"

/// Which client certificate a program offers when a server asks for one. Each program has rules of its own, and this is
/// where they are written down. Pure.
namespace mtls::clients {

/// What a rule rests on.
enum class Basis {
    observed,      ///< the program was run against requests of every kind, and the rule agrees with what it did
    documentation, ///< its source or its documentation was read; it was not run
};

/// Whether a report speaks of it without being asked to.
enum class Use {
    everyday,
    special, ///< an odd setting, an old version, one yet to spread: in JSON, with --clients, and not in comparisons
};

/// One program, or one way of using a library, that chooses certificates in its own way.
struct Client {
    std::string_view name;    ///< for --clients and reports: lower case, digits, dots and hyphens
    std::string_view program; ///< what it stands for, with the versions that were looked at
    Basis basis = Basis::documentation;
    Use use = Use::everyday;
    rules::Rule rule = nullptr; ///< never null in the table
    LateManners late;           ///< when the server asks after the handshake
};

/// Every client that is known here, one family after the other.
[[nodiscard]] std::span<const Client> known_clients();

/// Null if there is none of this name, in whatever case it is written.
[[nodiscard]] const Client* find_client(std::string_view name);

[[nodiscard]] const char* to_string(Basis basis);

} // namespace mtls::clients
