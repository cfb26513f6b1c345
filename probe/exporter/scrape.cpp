#include "probe/exporter/scrape.hpp"

#include <algorithm>
#include <charconv>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace mtls::exporter {

std::string_view path_of(std::string_view request_target)
{
    return request_target.substr(0, request_target.find('?'));
}

std::optional<Scrape> read_scrape(std::string_view request_target)
{
    const auto url = boost::urls::parse_origin_form({request_target.data(), request_target.size()});
    if (!url) {
        return std::nullopt;
    }
    Scrape scrape;
    int targets = 0;
    int modules = 0;
    for (const auto& parameter : url->params()) {
        if (parameter.key == "target") {
            scrape.target = parameter.value;
            ++targets;
        } else if (parameter.key == "module") {
            scrape.module = parameter.value;
            ++modules;
        }
    }
    return targets == 1 && modules <= 1 ? std::optional{std::move(scrape)} : std::nullopt;
}

std::chrono::milliseconds time_for(std::chrono::milliseconds module, std::string_view scrape_timeout)
{
    using std::chrono::milliseconds;
    double seconds = 0;
    const auto [end, error] =
        std::from_chars(scrape_timeout.data(), scrape_timeout.data() + scrape_timeout.size(), seconds);
    if (error != std::errc{} || end != scrape_timeout.data() + scrape_timeout.size() || !(seconds > 0) ||
        seconds > 3600) {
        return module;
    }
    const milliseconds given{static_cast<long>(seconds * 1000)};
    return std::clamp(given - std::min(given / 10, milliseconds{500}), milliseconds{10},
                      std::max(module, milliseconds{10}));
}

} // namespace mtls::exporter
