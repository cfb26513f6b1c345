// What a client says to mtls-exporter, in pieces as the first byte says.
#include <algorithm>
#include <chrono>
#include <string>
#include <variant>

#include "probe/exporter/request.hpp"
#include "probe/exporter/scrape.hpp"
#include "probe/net/target.hpp"
#include "tests/fuzz/invariant.hpp"
#include "tests/fuzz/safe_text.hpp"

using namespace mtls;

namespace {

using Reading = std::variant<exporter::Unfinished, exporter::Request, exporter::Refused>;

std::string in_words(const Reading& reading)
{
    if (const auto* const refused = std::get_if<exporter::Refused>(&reading)) {
        return refused->why;
    }
    const auto* const request = std::get_if<exporter::Request>(&reading);
    return request == nullptr ? "unfinished" : std::to_string(request->size) + request->target;
}

void read(const exporter::Request& request)
{
    using std::chrono::milliseconds;
    const std::string& target = request.target;
    const std::string_view path = exporter::path_of(target);
    fuzz::invariant(target.starts_with(path) && path.find('?') == path.npos, "a path ends where the query begins");
    const auto reading = exporter::read_scrape(target);
    fuzz::invariant(fuzz::is_safe_text(reading.problem), "what is wrong with a request is said in safe text");
    if (const auto& scrape = reading.scrape) {
        const auto wanted = net::parse_target(scrape->target);
        fuzz::invariant(wanted || fuzz::is_safe_text(wanted.error().why), "what is wrong is said in safe text");
    }
    constexpr milliseconds module{15000};
    const auto time = exporter::time_for(module, request.scrape_timeout);
    fuzz::invariant(!time || (*time >= milliseconds{10} && *time <= module),
                    "no client makes a probe take longer than its module");
    fuzz::invariant(exporter::time_for(module, std::nullopt) == module, "who says nothing waits for the module");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) {
        return 0;
    }
    const std::size_t piece = std::max<std::size_t>(data[0], 1);
    const std::string_view said =
        std::string_view{reinterpret_cast<const char*>(data + 1), size - 1}.substr(0, exporter::longest_request);
    Reading reading;
    for (std::size_t there = 0; there < said.size() && std::holds_alternative<exporter::Unfinished>(reading);) {
        there = std::min(there + piece, said.size());
        reading = exporter::read_request(said.substr(0, there));
    }
    fuzz::invariant(in_words(reading) == in_words(exporter::read_request(said)), "how it comes in pieces is all one");
    if (const auto* const refused = std::get_if<exporter::Refused>(&reading)) {
        fuzz::invariant(fuzz::is_safe_text(refused->why), "what is wrong with a request is said in safe text");
    } else if (const auto* const request = std::get_if<exporter::Request>(&reading)) {
        fuzz::invariant(request->size <= said.size() && said.substr(0, request->size).ends_with("\r\n\r\n"),
                        "the next request begins behind an empty line");
        read(*request);
    }
    return 0;
}
