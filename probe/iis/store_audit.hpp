#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "certs/x509/certificate.hpp"

/// What Windows servers write down about themselves: stores, bindings, logs. Pure.
namespace mtls::iis {

/// What SChannel sends of the trusted issuer list, in bytes: 2008 to 2012, and Server 2003. Longer lists are cut, by
/// whole names; of later versions it is not known.
inline constexpr std::size_t issuer_list_limit = 16384;
inline constexpr std::size_t issuer_list_limit_2003 = 12288;

/// A certificate that a store holds more than once.
struct Repeated {
    x509::Certificate certificate;
    std::size_t count = 0;
};

/// What is to be said about the certificates of a Trusted Root (or ClientAuthIssuer) store.
struct StoreAudit {
    std::size_t entries = 0;                         ///< with duplicates
    std::vector<x509::Certificate> certificates;     ///< each once, in the order given
    std::vector<x509::Certificate> issued_by_others; ///< KB 2802568: subject and issuer differ
    std::vector<Repeated> repeated;                  ///< the same certificate more than once
    std::vector<Repeated> same_name;                 ///< one subject, several certificates (the first of them)
    std::vector<x509::Certificate> expired;
    std::vector<x509::Certificate> not_yet_valid;
    std::vector<x509::Certificate> version_1; ///< without extensions, so without basicConstraints
    std::vector<x509::Certificate> no_ca;     ///< end-entity certificates
    std::size_t list_bytes = 0;               ///< the list that names every subject once, with each name's length field
    std::size_t repeating_list_bytes = 0;     ///< the same with a name for each certificate, should Windows do that
    std::size_t polluted_list_bytes = 0; ///< the list that Windows makes while there are issued_by_others: only these
};

/// Decides by names alone what is self-signed, as Microsoft's own command does: old roots are signed with algorithms
/// that nobody verifies any more.
[[nodiscard]] StoreAudit audit_store(const std::vector<x509::Certificate>& entries, x509::Time now);

} // namespace mtls::iis
