#include "harness/server/http_request.hpp"

#include <string_view>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace mtls::server {
namespace http = boost::beast::http;

namespace {

constexpr std::uint32_t longest_header = 16384; // MaxRequestBytes of http.sys
constexpr std::uint64_t longest_body = std::uint64_t{16} * 1024 * 1024;

void set_target(HttpRequest& request, std::string_view target)
{
    const auto mark = target.find('?');
    request.path = target.substr(0, mark);
    request.query = mark == std::string_view::npos ? "" : target.substr(mark + 1);
}

HttpRequest summarize(const http::request_parser<http::string_body>& parser)
{
    const auto& message = parser.get();
    HttpRequest request{.method = std::string{message.method_string()},
                        .path = {},
                        .query = {},
                        .user_agent = std::string{message[http::field::user_agent]},
                        .referer = std::string{message[http::field::referer]},
                        .body_size = parser.content_length().value_or(0),
                        .chunked = parser.chunked(),
                        .expects_continue = message[http::field::expect] == "100-continue",
                        .keep_alive = message.keep_alive()};
    set_target(request, message.target());
    return request;
}

/// RFC 9110 §5.6.2.
bool is_token(std::string_view text)
{
    constexpr std::string_view token = "!#$%&'*+-.^_`|~0123456789"
                                       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return !text.empty() && text.find_first_not_of(token) == std::string_view::npos;
}

/// RFC 9112 §3: "request-line = method SP request-target SP HTTP-version". Whatever can be told of it is put into
/// `request`: all or nothing.
void tell_first_line(HttpRequest& request, std::string_view bytes)
{
    const std::string_view line = bytes.substr(0, bytes.find('\n'));
    const auto first = line.find(' ');
    const auto second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    if (second == std::string_view::npos || line.size() == bytes.size()) {
        return;
    }
    const std::string_view method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, second - first - 1);
    if (is_token(method) && !target.empty() && line.substr(second + 1).starts_with("HTTP/")) {
        request.method = method;
        set_target(request, target);
    }
}

} // namespace

struct HttpRequestReader::Parser {
    http::request_parser<http::string_body> http;
    HttpRequest request;
    bool begun = false; ///< the first line is behind it
    bool header_told = false;
    Fault fault = Fault::syntax;
    std::string why;
};

HttpRequestReader::HttpRequestReader() : parser_{std::make_unique<Parser>()}
{
    parser_->http.header_limit(longest_header);
    parser_->http.body_limit(longest_body);
}

HttpRequestReader::~HttpRequestReader() = default;
HttpRequestReader::HttpRequestReader(HttpRequestReader&&) noexcept = default;
HttpRequestReader& HttpRequestReader::operator=(HttpRequestReader&&) noexcept = default;

HttpRequestReader::State HttpRequestReader::consume(std::string& bytes)
{
    auto& http = parser_->http;
    while (!http.is_done()) {
        if (!parser_->begun) {
            tell_first_line(parser_->request, bytes);
        }
        boost::beast::error_code error;
        const std::size_t used = http.put(boost::asio::buffer(bytes), error);
        if (error && error != http::error::need_more) {
            const bool readable = !parser_->request.method.empty();
            parser_->fault = error == http::error::body_limit                ? Fault::too_long
                             : error == http::error::bad_version && readable ? Fault::version
                                                                             : Fault::syntax;
            parser_->why = error.message();
            parser_->request.keep_alive = false;
            return State::malformed;
        }
        parser_->begun = parser_->begun || used > 0;
        bytes.erase(0, used);
        if (error == http::error::need_more || (!error && used == 0)) {
            break;
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

std::uint64_t HttpRequestReader::body_read() const
{
    return parser_->http.get().body().size();
}

HttpRequestReader::Fault HttpRequestReader::fault() const
{
    return parser_->fault;
}

const std::string& HttpRequestReader::why() const
{
    return parser_->why;
}

} // namespace mtls::server
