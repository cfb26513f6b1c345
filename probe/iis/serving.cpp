#include "probe/iis/serving.hpp"

#include <algorithm>
#include <array>
#include <string_view>

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

/// Whether a binding's Certificate Hash is that of the certificate that was presented.
enum class Certificate { same, another, not_known };

Certificate compared(const Binding& binding, const Asked& asked)
{
    constexpr std::size_t sha1_digits = 40;
    const auto& own = binding.certificate_hash; // null: the central store, or none is set
    if (!own || !asked.certificate_hash || own->size() != sha1_digits) {
        return Certificate::not_known;
    }
    return lower(*own) == *asked.certificate_hash ? Certificate::same : Certificate::another;
}

class Search {
  public:
    Search(const std::vector<Binding>& bindings, const Asked& asked) : asked_{asked}, all_{bindings}
    {
        for (const Binding& one : bindings) {
            if (one.port == asked.port) {
                bindings_.push_back(&one);
            }
        }
    }

    [[nodiscard]] Reading run() const
    {
        const auto places = in_order();
        if (places.empty()) {
            return translated();
        }
        const Place& first = places.front();
        if (compared(*first.binding, asked_) != Certificate::another) {
            return {.serving = Serving{*first.binding, first.why, doubt_of(first)}, .contradicted = std::nullopt};
        }
        if (const Binding* shown = with_the_certificate(places)) {
            return {.serving = Serving{*shown, "its Certificate Hash is that of the certificate presented",
                                       doubt_against(first, *shown)},
                    .contradicted = std::nullopt};
        }
        return {.serving = std::nullopt, .contradicted = Serving{*first.binding, first.why, ""}};
    }

  private:
    struct Place {
        const Binding* binding = nullptr;
        const char* why = "";
        bool exact = false; ///< by address
    };

    /// The bindings that could answer, the one that goes before the others first.
    [[nodiscard]] std::vector<Place> in_order() const
    {
        std::vector<Place> places;
        const auto add = [&](const Binding* one, const char* why, bool exact = false) {
            if (one != nullptr) {
                places.push_back({one, why, exact});
            }
        };
        add(first([&](const Binding& one) { return is_exact_address(one, asked_.address); }),
            "it is for the very address", true);
        add(named(), "it is for the host name sent");
        add(central_store(), "the central certificate store takes every host name that has no binding");
        const bool v6 = asked_.address.find(':') != std::string::npos; // 0.0.0.0 takes both, [::] IPv6 only
        for (const char* wildcard : {"::", "0.0.0.0"}) {
            if (!v6 && wildcard == std::string_view{"::"}) {
                continue;
            }
            add(first([&](const Binding& one) { return is_wildcard(one, wildcard); }),
                "it takes what no other binding does");
        }
        return places;
    }

    /// Of those that could answer, or that are for another address, which a client behind address translation does not
    /// see.
    [[nodiscard]] const Binding* with_the_certificate(const std::vector<Place>& places) const
    {
        for (const Place& place : places) {
            if (compared(*place.binding, asked_) == Certificate::same) {
                return place.binding;
            }
        }
        return first(
            [&](const Binding& one) { return is_own_address(one) && compared(one, asked_) == Certificate::same; });
    }

    /// No binding is for what was asked, and one has the certificate: as behind a load balancer or a port forward.
    [[nodiscard]] Reading translated() const
    {
        const Binding* only = nullptr;
        for (const Binding& one : all_) {
            const bool for_another_name = one.kind == BindingKind::hostname_port && one.port == asked_.port;
            if (!for_another_name && compared(one, asked_) == Certificate::same) {
                if (only != nullptr) {
                    return {};
                }
                only = &one;
            }
        }
        if (only == nullptr) {
            return {};
        }
        return {.serving = Serving{*only, "it alone has the certificate that was presented",
                                   "it is for another address or port than was asked, so either is translated on the "
                                   "way, or the file is another server's"},
                .contradicted = std::nullopt};
    }

    [[nodiscard]] std::string doubt_of(const Place& place) const
    {
        if (compared(*place.binding, asked_) == Certificate::not_known) {
            return !asked_.certificate_hash
                       ? "the server's certificate was not seen, so nothing shows that the file is "
                         "this server's"
                       : "it has no Certificate Hash to tell by that the file is this server's";
        }
        if (place.exact) {
            const Binding* by_name = named();
            return by_name != nullptr && compared(*by_name, asked_) != Certificate::another
                       ? "a binding for the host name exists as well, and some say that it comes first"
                       : "";
        }
        const Binding* other = first(
            [&](const Binding& one) { return is_own_address(one) && compared(one, asked_) != Certificate::another; });
        return other == nullptr ? ""
                                : "behind address translation it may be " + text(*other) +
                                      ", which is for an address of the server's own";
    }

    /// A name that answers before an address is what some say of http.sys; anything else is odd.
    [[nodiscard]] std::string doubt_against(const Place& usual, const Binding& shown) const
    {
        const bool told_of = usual.exact && shown.kind == BindingKind::hostname_port;
        return told_of
                   ? ""
                   : text(*usual.binding) + " should come first and has another certificate, so the file may be old";
    }

    template <class Test> [[nodiscard]] const Binding* first(const Test& test) const
    {
        const auto found =
            std::find_if(bindings_.begin(), bindings_.end(), [&](const Binding* one) { return test(*one); });
        return found == bindings_.end() ? nullptr : *found;
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

    /// For one address of the server, which need not be the one that the client sees.
    static bool is_own_address(const Binding& one)
    {
        return one.kind == BindingKind::ip_port && !is_wildcard(one, "::") && !is_wildcard(one, "0.0.0.0");
    }

    const Asked& asked_;
    const std::vector<Binding>& all_;
    std::vector<const Binding*> bindings_;
};

} // namespace

Reading read_for(const std::vector<Binding>& bindings, const Asked& asked)
{
    return Search{bindings, asked}.run();
}

} // namespace mtls::iis
