#include "harness/schannel/binding.hpp"

#include <algorithm>

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
        if (const Binding* central = find(bindings, BindingKind::central_store, "")) {
            return central;
        }
    }
    if (const Binding* wildcard = find(bindings, BindingKind::ip_port, "::")) {
        return wildcard;
    }
    return find(bindings, BindingKind::ip_port, "0.0.0.0");
}

} // namespace mtls::schannel
