#include "probe/exporter/scrape.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "certs/x509/name.hpp"

namespace mtls::exporter {

namespace {

constexpr std::size_t most_shown = 80; ///< bytes of what a stranger wrote

} // namespace

std::string_view path_of(std::string_view request_target)
{
    return request_target.substr(0, request_target.find('?'));
}

ScrapeReading read_scrape(std::string_view request_target)
{
    const auto url = boost::urls::parse_origin_form({request_target.data(), request_target.size()});
    if (!url) {
        return {std::nullopt, "the query is not encoded as one of a URL"};
    }
    Scrape scrape;
    std::set<std::string> seen;
    // Not params(): it allocates where it may not throw.
    boost::urls::encoding_opts form;
    form.space_as_plus = true;
    for (const auto& parameter : url->encoded_params()) {
        const std::string name = parameter.key.decode(form);
        const std::string shown = "'" + x509::printable(std::string_view{name}.substr(0, most_shown)) + "'";
        if (name != "target" && name != "module") {
            return {std::nullopt, "there is no parameter " + shown};
        }
        if (!seen.insert(name).second) {
            return {std::nullopt, shown + " is given more than once"};
        }
        if (parameter.value.empty()) {
            return {std::nullopt, shown + " is empty"};
        }
        (name == "target" ? scrape.target : scrape.module) = parameter.value.decode(form);
    }
    if (!seen.contains("target")) {
        return {std::nullopt, "'target' is missing"};
    }
    return {std::move(scrape), {}};
}

std::optional<std::chrono::milliseconds> time_for(std::chrono::milliseconds module,
                                                  const std::optional<std::string>& scrape_timeout)
{
    using std::chrono::milliseconds;
    if (!scrape_timeout) {
        return module;
    }
    constexpr double longest = 3600;
    const char* const begin = scrape_timeout->data();
    const char* const end = begin + scrape_timeout->size();
    double seconds = 0;
    const auto [stop, error] = std::from_chars(begin, end, seconds);
    if (error != std::errc{} || stop != end || !(seconds > 0) || std::isinf(seconds)) {
        return std::nullopt;
    }
    const milliseconds given{static_cast<long>(std::min(seconds, longest) * 1000)};
    return std::clamp(given - std::min(given / 10, milliseconds{500}), milliseconds{10},
                      std::max(module, milliseconds{10}));
}

} // namespace mtls::exporter
