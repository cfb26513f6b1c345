#include "harness/schannel/binding.hpp"

#include <algorithm>
#include <string>

namespace mtls::schannel {
namespace {

bool same_name(std::string_view left, std::string_view right)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(left, right, {}, lower, lower);
}

const Binding* find(const std::vector<Binding>& bindings, BindingKind kind, std::string_view host)
{
    const auto found = std::ranges::find_if(
        bindings, [&](const Binding& binding) { return binding.kind == kind && same_name(binding.host, host); });
    return found == bindings.end() ? nullptr : &*found;
}

/// `*.example.com` stands for one label, as in a certificate.
const Binding* find_wildcard(const std::vector<Binding>& bindings, std::string_view host)
{
    const auto dot = host.find('.');
    return dot == std::string_view::npos || dot == 0
               ? nullptr
               : find(bindings, BindingKind::hostname_port, "*" + std::string{host.substr(dot)});
}

} // namespace

const Binding* serving(const std::vector<Binding>& bindings, std::string_view address,
                       const std::optional<std::string>& sni)
{
    if (const Binding* exact = find(bindings, BindingKind::ip_port, address)) {
        return exact;
    }
    if (sni) {
        if (const Binding* named = find(bindings, BindingKind::hostname_port, *sni)) {
            return named;
        }
        if (const Binding* wildcard = find_wildcard(bindings, *sni)) {
            return wildcard;
        }
        if (const Binding* central = find(bindings, BindingKind::central_store, "")) {
            return central;
        }
    }
    const bool v6 = address.find(':') != std::string_view::npos;
    if (const Binding* wildcard = v6 ? find(bindings, BindingKind::ip_port, "::") : nullptr) {
        return wildcard;
    }
    return find(bindings, BindingKind::ip_port, "0.0.0.0");
}

} // namespace mtls::schannel
