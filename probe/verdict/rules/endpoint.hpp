#pragma once

#include <string>

#include "probe/verdict/facts.hpp"

namespace mtls::verdict::rules {

/// How far the connections tell which binding of http.sys answered one of them.
enum class Knowledge {
    saved,   ///< --iis-bindings shows it
    by_name, ///< without the name another one answers, or none: it is for the name, a wildcard, or the central store
    by_ip,   ///< no name was sent: it is for an address, or for all
    open,    ///< with and without the name the answers are alike, or only one of the two was asked
};

/// The binding that answered a connection, as `netsh` names it. Words in capitals are left to the reader.
struct Endpoint {
    Knowledge knowledge = Knowledge::open;
    std::string parameter; ///< "hostnameport=www.example.com:443", "ENDPOINT_AS_SHOWN"
    std::string advice;    ///< what to write for the capitals, and why they stand there; "" if there is nothing to say
};

/// http.sys does not say which binding answers. An exact address goes before a name (or after it, as some say), and the
/// address that a client sees need not be the server's own; so only answers that differ tell a name's binding.
[[nodiscard]] Endpoint endpoint_of(const Facts& facts, const observation::Observation& seen);

} // namespace mtls::verdict::rules
