#include "harness/schannel/issuer_list.hpp"

#include <algorithm>

namespace mtls::schannel {
namespace {

std::string source_store(const Machine& machine, const Binding& binding)
{
    if (binding.ctl_store_name && !machine.stores.at(*binding.ctl_store_name).empty()) {
        return *binding.ctl_store_name;
    }
    return std::string{machine.stores.at(client_auth_issuer).empty() ? trusted_root : client_auth_issuer};
}

bool ca_issued(const x509::Certificate& certificate)
{
    return !certificate.is_self_signed();
}

/// RFC 5246 §7.4.4: each DistinguishedName has a two-byte length before it.
std::size_t wire_size(const x509::Name& name)
{
    return name.der().size() + 2;
}

} // namespace

IssuerList issuer_list(const Machine& machine, const Binding& binding)
{
    IssuerList list{.store = source_store(machine, binding), .sent = sends_trusted_issuer_list(machine)};
    const auto& certificates = machine.stores.at(list.store);
    // KB 2802568: one CA-issued certificate among the roots, and the self-signed ones are no longer named.
    list.only_ca_issued = list.store == trusted_root && std::ranges::any_of(certificates, ca_issued);

    const auto limit = issuer_list_limit(machine);
    std::size_t size = 0;
    for (const auto& certificate : certificates) {
        if (list.only_ca_issued && !ca_issued(certificate)) {
            continue;
        }
        size += wire_size(certificate.subject());
        if (limit && size > *limit) {
            ++list.left_out;
        } else {
            list.names.push_back(certificate.subject());
        }
    }
    return list;
}

} // namespace mtls::schannel
