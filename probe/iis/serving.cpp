#include "probe/iis/serving.hpp"

#include <algorithm>
#include <array>

#include <arpa/inet.h>

#include "probe/iis/text.hpp"

namespace mtls::iis {

namespace {

/// An address in one form: IPv4 as mapped IPv6.
std::optional<std::array<std::uint8_t, 16>> address_of(std::string host)
{
    host.resize(std::min(host.size(), host.find('%'))); // a zone says nothing to others
    std::array<std::uint8_t, 16> bytes{};
    if (inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1) {
        return bytes;
    }
    if (inet_pton(AF_INET, host.c_str(), bytes.data() + 12) == 1) {
        bytes[10] = bytes[11] = 0xff;
        return bytes;
    }
    return std::nullopt;
}

bool is_wildcard(const Binding& binding, const char* wildcard)
{
    return binding.kind == BindingKind::ip_port && address_of(binding.host) == address_of(wildcard);
}

bool is_exact_address(const Binding& binding, const std::string& address)
{
    const auto own = address_of(binding.host);
    return binding.kind == BindingKind::ip_port && own && own == address_of(address);
}

/// `*.example.com` stands for one label.
bool names(const Binding& binding, const std::string& sni, bool with_wildcard)
{
    if (binding.kind != BindingKind::hostname_port) {
        return false;
    }
    const std::string own = lower(binding.host);
    const std::string asked = lower(sni);
    if (!with_wildcard) {
        return own == asked;
    }
    const auto dot = asked.find('.');
    return own.starts_with("*.") && dot != std::string::npos && asked.substr(dot) == own.substr(1);
}

class Search {
  public:
    Search(const std::vector<Binding>& bindings, const Asked& asked) : asked_{asked}
    {
        std::copy_if(bindings.begin(), bindings.end(), std::back_inserter(bindings_),
                     [&](const Binding& one) { return one.port == asked.port; });
    }

    [[nodiscard]] std::optional<Serving> run() const
    {
        const Binding* by_name = named();
        if (const Binding* exact = first([&](const Binding& one) { return is_exact_address(one, asked_.address); })) {
            const char* doubt = by_name != nullptr ? "a binding for the host name exists as well, and some say that it "
                                                     "comes first"
                                                   : "";
            return Serving{*exact, "it is for the very address", doubt};
        }
        if (by_name != nullptr) {
            return Serving{*by_name, "it is for the host name sent", doubt_of_address()};
        }
        if (const Binding* store = central_store()) {
            return Serving{*store, "the central certificate store takes every host name that has no binding",
                           doubt_of_address()};
        }
        for (const char* wildcard : {"::", "0.0.0.0"}) {
            if (const Binding* any = first([&](const Binding& one) { return is_wildcard(one, wildcard); })) {
                return Serving{*any, "it takes what no other binding does", doubt_of_address()};
            }
        }
        return std::nullopt;
    }

  private:
    template <class Test> [[nodiscard]] const Binding* first(const Test& test) const
    {
        const auto found = std::find_if(bindings_.begin(), bindings_.end(), test);
        return found == bindings_.end() ? nullptr : &*found;
    }

    [[nodiscard]] const Binding* named() const
    {
        if (!asked_.sni) {
            return nullptr;
        }
        const Binding* exact = first([&](const Binding& one) { return names(one, *asked_.sni, false); });
        return exact != nullptr ? exact : first([&](const Binding& one) { return names(one, *asked_.sni, true); });
    }

    [[nodiscard]] const Binding* central_store() const
    {
        return !asked_.sni ? nullptr : first([](const Binding& one) { return one.kind == BindingKind::central_store; });
    }

    /// The address that the client sees need not be the server's own.
    [[nodiscard]] std::string doubt_of_address() const
    {
        const Binding* other = first([](const Binding& one) {
            return one.kind == BindingKind::ip_port && !is_wildcard(one, "::") && !is_wildcard(one, "0.0.0.0");
        });
        return other == nullptr ? ""
                                : "behind address translation it may be " + text(*other) +
                                      ", which is for an address of the server's own";
    }

    const Asked& asked_;
    std::vector<Binding> bindings_;
};

} // namespace

std::optional<Serving> serving_binding(const std::vector<Binding>& bindings, const Asked& asked)
{
    return Search{bindings, asked}.run();
}

} // namespace mtls::iis
