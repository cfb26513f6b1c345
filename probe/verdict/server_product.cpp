#include "probe/verdict/server_product.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace mtls::verdict {

using observation::Observation;

namespace {

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

bool is_about_a_certificate(wire::AlertDescription code)
{
    switch (code) {
    case wire::AlertDescription::bad_certificate:
    case wire::AlertDescription::unsupported_certificate:
    case wire::AlertDescription::certificate_revoked:
    case wire::AlertDescription::certificate_expired:
    case wire::AlertDescription::certificate_unknown:
    case wire::AlertDescription::unknown_ca:
    case wire::AlertDescription::certificate_required:
        return true;
    default:
        return false;
    }
}

/// What tells which program answers: the connections of now; those of the baseline if none of now has brought an HTTP
/// answer, as with --list-only.
std::vector<const Observation*> witnesses(const Facts& facts)
{
    std::vector<const Observation*> all;
    bool answered_now = false;
    for (const Observation& seen : facts.observations) {
        all.push_back(&seen);
        answered_now = answered_now || seen.http;
    }
    if (facts.baseline && !answered_now) {
        for (const Observation& then : facts.baseline->observations) {
            all.push_back(&then);
        }
    }
    return all;
}

} // namespace

std::string server_product(const Facts& facts)
{
    return facts.iis_binding ? "iis" : product_in_headers(facts); // the user has saved its bindings there
}

std::string product_in_headers(const Facts& facts)
{
    for (const Observation* seen : witnesses(facts)) {
        if (!seen->http) {
            continue;
        }
        const std::string_view header = seen->http->server;
        if (contains(header, "Microsoft-IIS") || contains(header, "Microsoft-HTTPAPI")) {
            return "iis";
        }
        if (contains(header, "nginx") || contains(header, "openresty")) {
            return "nginx";
        }
        if (contains(header, "Apache")) {
            return "apache";
        }
    }
    return {};
}

bool is_bare_http_sys(const Facts& facts)
{
    const auto all = witnesses(facts);
    const auto says = [&](const char* product) {
        return std::any_of(all.begin(), all.end(), [&](const Observation* seen) {
            return seen->http && contains(seen->http->server, product);
        });
    };
    return says("Microsoft-HTTPAPI") && !says("Microsoft-IIS");
}

bool speaks_against_iis(const Facts& facts)
{
    static constexpr std::array others{"nginx",     "openresty", "Apache", "Caddy",    "envoy",
                                       "LiteSpeed", "lighttpd",  "Jetty",  "gunicorn", "Python"};
    const auto all = witnesses(facts);
    return std::any_of(all.begin(), all.end(), [](const Observation* seen) {
        const bool other_header = seen->http && std::any_of(others.begin(), others.end(), [&](const char* other) {
                                      return contains(seen->http->server, other);
                                  });
        return other_header || (seen->alert && seen->alert->direction == observation::Direction::received &&
                                is_about_a_certificate(seen->alert->code));
    });
}

} // namespace mtls::verdict
