#include "harness/server/iis_path.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>

namespace mtls::server {
namespace {

using Segments = std::vector<std::string>;

/// What is no path at all has no segments, and lies below "/" only.
Segments segments_of(std::string_view path)
{
    Segments segments;
    const auto parsed = boost::urls::parse_origin_form({path.data(), path.size()});
    if (!parsed) {
        return segments;
    }
    boost::urls::url url{*parsed};
    url.normalize_path();
    for (std::string segment : url.segments()) {
        std::ranges::transform(segment, segment.begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
        if (!segment.empty()) {
            segments.push_back(std::move(segment));
        }
    }
    return segments;
}

} // namespace

bool lies_below(std::string_view path, std::string_view place)
{
    const Segments under = segments_of(path);
    const Segments above = segments_of(place);
    return above.size() <= under.size() && std::equal(above.begin(), above.end(), under.begin());
}

} // namespace mtls::server
