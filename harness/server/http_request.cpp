#include "harness/server/http_request.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace mtls::server {
namespace http = boost::beast::http;

namespace {

constexpr std::uint64_t longest_body = std::uint64_t{16} * 1024 * 1024;

HttpRequest summarize(const http::request_parser<http::string_body>& parser)
{
    const auto& message = parser.get();
    const std::string target{message.target()};
    const auto mark = target.find('?');
    return {.method = std::string{message.method_string()},
            .path = target.substr(0, mark),
            .query = mark == std::string::npos ? "" : target.substr(mark + 1),
            .user_agent = std::string{message[http::field::user_agent]},
            .referer = std::string{message[http::field::referer]},
            .body_size = parser.content_length().value_or(0),
            .expects_continue = message[http::field::expect] == "100-continue",
            .keep_alive = message.keep_alive()};
}

} // namespace

struct HttpRequestReader::Parser {
    http::request_parser<http::string_body> http;
    HttpRequest request;
    bool header_told = false;
};

HttpRequestReader::HttpRequestReader() : parser_{std::make_unique<Parser>()}
{
    parser_->http.body_limit(longest_body);
}

HttpRequestReader::~HttpRequestReader() = default;
HttpRequestReader::HttpRequestReader(HttpRequestReader&&) noexcept = default;
HttpRequestReader& HttpRequestReader::operator=(HttpRequestReader&&) noexcept = default;

HttpRequestReader::State HttpRequestReader::consume(std::string& bytes)
{
    auto& http = parser_->http;
    while (!http.is_done()) {
        boost::beast::error_code error;
        const std::size_t used = http.put(boost::asio::buffer(bytes), error);
        bytes.erase(0, used);
        if (error == http::error::need_more || (!error && used == 0)) {
            break;
        }
        if (error) {
            return State::malformed;
        }
        if (http.is_header_done() && !parser_->header_told) {
            parser_->header_told = true;
            parser_->request = summarize(http);
            break;
        }
    }
    return http.is_done() ? State::complete : http.is_header_done() ? State::body : State::header;
}

const HttpRequest& HttpRequestReader::request() const
{
    return parser_->request;
}

} // namespace mtls::server
