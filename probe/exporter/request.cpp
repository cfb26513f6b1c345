#include "probe/exporter/request.hpp"

#include <algorithm>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

#include "probe/exporter/scrape.hpp"

namespace mtls::exporter {

namespace http = boost::beast::http;

namespace {

using Fields = http::request<http::empty_body>;

constexpr std::string_view head_end = "\r\n\r\n";

/// RFC 9112 §2.2
///    A recipient that receives whitespace between the start-line and the first header field MUST either reject the
///    message as invalid or [...]
///
/// RFC 9112 §5.2
///    A server that receives an obs-fold in a request message that is not within a "message/http" container MUST either
///    reject the message by sending a 400 (Bad Request) [...] or replace [it]
///
/// What the parser would pass over, or wait for more behind. Null: nothing of that.
const char* fault_of_bytes(std::string_view head)
{
    for (std::size_t at = 0; at < head.size(); ++at) {
        const auto byte = static_cast<unsigned char>(head[at]);
        const bool line_feed = byte == '\n';
        if (line_feed && (at == 0 || head[at - 1] != '\r')) {
            return "a line does not end in CR LF";
        }
        if (line_feed && at > 1 && at + 1 < head.size() && (head[at + 1] == ' ' || head[at + 1] == '\t')) {
            return "a header line is folded";
        }
        if ((byte < 0x20 && !line_feed && byte != '\r' && byte != '\t') || byte == 0x7f) {
            return "it holds a control character";
        }
    }
    return nullptr;
}

Refused too_long(std::string_view bytes)
{
    const std::size_t begin = std::min(bytes.find_first_not_of("\r\n"), bytes.size());
    const bool in_url = bytes.find("\r\n", begin) == std::string_view::npos;
    const std::string most = " within " + std::to_string(longest_request) + " bytes";
    return in_url ? Refused{http::status::uri_too_long, "the request line does not end" + most}
                  : Refused{http::status::request_header_fields_too_large, "the headers do not end" + most};
}

Refused refused(http::error fault, const std::string& reason)
{
    if (fault == http::error::bad_version) {
        return {http::status::http_version_not_supported, "only HTTP/1.0 and HTTP/1.1"};
    }
    return {http::status::bad_request, "the request is malformed: " + reason};
}

bool asks_for_a_body(const Fields& fields)
{
    const auto lengths = fields.equal_range(http::field::content_length);
    return std::any_of(lengths.first, lengths.second, [](const auto& one) { return one.value() != "0"; });
}

/// Null: it can be answered.
std::optional<Refused> objection(const Fields& fields)
{
    // RFC 9112 §6.1
    //    A server that receives a request message with a transfer coding it does not understand SHOULD respond with 501
    const auto coding = fields.find(http::field::transfer_encoding);
    if (coding != fields.end() && !boost::beast::iequals(coding->value(), "chunked")) {
        return Refused{http::status::not_implemented, "this transfer coding is not known here"};
    }
    if (coding != fields.end() || asks_for_a_body(fields)) {
        return Refused{http::status::bad_request, "a request has no body here"};
    }
    // RFC 9112 §3.2
    //    A server MUST respond with a 400 (Bad Request) status code to any HTTP/1.1 request message that lacks a Host
    //    header field and to any request message that contains more than one Host header field line [...]
    const auto hosts = fields.count(http::field::host);
    if (hosts > 1 || (hosts == 0 && fields.version() == 11)) {
        return Refused{http::status::bad_request, hosts > 1 ? "there is more than one Host" : "there is no Host"};
    }
    return std::nullopt;
}

} // namespace

std::variant<Unfinished, Request, Refused> read_request(std::string_view bytes)
{
    // RFC 9112 §2.2: an empty line or two before the request line are passed over.
    const std::size_t begin = std::min(bytes.find_first_not_of("\r\n"), bytes.size());
    const std::size_t end = bytes.find(head_end, begin);
    const std::string_view head = bytes.substr(0, end == std::string_view::npos ? end : end + head_end.size());
    if (const char* const fault = fault_of_bytes(head)) {
        return refused(http::error{}, fault);
    }
    if (end == std::string_view::npos) {
        return bytes.size() < longest_request ? std::variant<Unfinished, Request, Refused>{Unfinished{}}
                                              : too_long(bytes);
    }
    http::request_parser<http::empty_body> parser;
    parser.header_limit(longest_request);
    boost::beast::error_code error;
    parser.put(boost::asio::buffer(head.substr(begin)), error);
    if (error) {
        return refused(static_cast<http::error>(error.value()), error.message());
    }
    const Fields& fields = parser.get();
    if (auto reason = objection(fields)) {
        return *std::move(reason);
    }
    Request request;
    request.method = fields.method();
    request.target = std::string{fields.target()};
    request.version = fields.version();
    request.keep_alive = fields.keep_alive();
    if (const auto given = fields.find(scrape_timeout_header); given != fields.end()) {
        request.scrape_timeout = std::string{given->value()};
    }
    request.size = head.size();
    return request;
}

} // namespace mtls::exporter
