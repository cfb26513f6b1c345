#pragma once

#include <vector>

#include "probe/verdict/facts.hpp"
#include "probe/verdict/finding.hpp"

/// What to type where. Words in capitals are for the reader to fill in; what the observations know is filled in
/// already.
namespace mtls::verdict::rules {

/// Make the server name the right CAs: IIS, nginx, Apache, HAProxy.
[[nodiscard]] std::vector<Remedy> advertise_the_right_cas(const Facts& facts);

/// IIS: give the binding its Ctl Store Name back. `netsh http update sslcert` with every parameter, since it is not
/// known to keep what it is not told.
[[nodiscard]] Remedy restore_ctl_store(const Facts& facts);

/// Make the server ask at all, and in the first handshake.
[[nodiscard]] std::vector<Remedy> ask_in_the_handshake(const Facts& facts);

/// Make the server send a list that is empty now.
[[nodiscard]] std::vector<Remedy> send_the_list(const Facts& facts);

/// Make the server insist on a certificate.
[[nodiscard]] std::vector<Remedy> require_a_certificate();

/// Where the server writes down why it refused.
[[nodiscard]] std::vector<Remedy> look_into_the_servers_log();

/// Ask for a new certificate.
[[nodiscard]] Remedy renew_certificate();

} // namespace mtls::verdict::rules
