// What a client says to mtls-exporter, in pieces as the first byte says.
#include <algorithm>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "probe/exporter/scrape.hpp"
#include "probe/net/target.hpp"
#include "tests/fuzz/invariant.hpp"
#include "tests/fuzz/safe_text.hpp"

using namespace mtls;
namespace http = boost::beast::http;

namespace {

void read(const http::request<http::empty_body>& request)
{
    using std::chrono::milliseconds;
    const std::string target{request.target()};
    const std::string_view path = exporter::path_of(target);
    fuzz::invariant(target.starts_with(path) && path.find('?') == path.npos, "a path ends where the query begins");
    const auto reading = exporter::read_scrape(target);
    fuzz::invariant(fuzz::is_safe_text(reading.problem), "what is wrong with a request is said in safe text");
    if (const auto& scrape = reading.scrape) {
        const auto wanted = net::parse_target(scrape->target);
        fuzz::invariant(wanted || fuzz::is_safe_text(wanted.error().why), "what is wrong is said in safe text");
    }
    constexpr milliseconds module{15000};
    const std::string timeout{request[exporter::scrape_timeout_header]};
    const auto time = exporter::time_for(module, timeout);
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
    std::string_view bytes{reinterpret_cast<const char*>(data + 1), size - 1};
    const std::size_t piece = std::max<std::size_t>(data[0], 1);
    http::request_parser<http::empty_body> parser; // as the exporter does: a request has no body there
    parser.header_limit(8192);
    std::string waiting; // as in the buffer of a connection
    boost::beast::error_code error;
    while (!bytes.empty() && !parser.is_header_done() && (!error || error == http::error::need_more)) {
        waiting += bytes.substr(0, piece);
        bytes.remove_prefix(std::min(piece, bytes.size()));
        waiting.erase(0, parser.put(boost::asio::buffer(waiting), error));
    }
    if (parser.is_header_done()) {
        read(parser.get());
    }
    return 0;
}
