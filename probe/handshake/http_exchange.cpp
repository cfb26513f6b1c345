#include "probe/handshake/http_exchange.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/write.hpp>

#include "probe/net/status_line.hpp"

namespace mtls::handshake {

namespace http = boost::beast::http;

namespace {

constexpr std::size_t most_body = 64UL * 1024; // enough for an error page that tells its substatus
constexpr std::size_t most_header = 32UL * 1024;
constexpr std::size_t kept_start = 256;
constexpr std::string_view last_chunk = "0\r\n\r\n";
constexpr std::size_t reason_at = 13; // behind "HTTP/1.1 403 "

/// The status of an answer, even if what follows it is no header that a careful reader takes; null of an interim one.
std::optional<int> final_status(std::string_view start)
{
    const auto status = net::status_of_line(start);
    return status.value_or(0) >= 200 ? status : std::nullopt;
}

std::string serialize(const HttpRequest& wanted)
{
    http::request<http::empty_body> request;
    request.version(11);
    request.method_string(wanted.method);
    request.target(wanted.path);
    request.set(http::field::host, wanted.host);
    request.set(http::field::user_agent, wanted.user_agent);
    request.set(http::field::accept, "*/*");
    request.set(http::field::connection, "close");
    if (request.method() == http::verb::post || request.method() == http::verb::put) {
        request.set(http::field::content_length, "0");
    }
    for (const auto& [name, value] : wanted.headers) {
        request.set(name, value);
    }
    std::ostringstream text;
    text << request.base();
    return text.str();
}

} // namespace

namespace {

/// The beginning of a page. Beast's string_body makes room for all that Content-Length announces, a terabyte if the
/// server says so.
struct PageBody {
    using value_type = std::string;

    class reader { // NOLINT(readability-identifier-naming): the name is Beast's
      public:
        template <bool IsRequest, class Fields> reader(http::header<IsRequest, Fields>& /*header*/, value_type& page)
            : page_{page}
        {
        }

        void init(const boost::optional<std::uint64_t>& /*announced*/, boost::system::error_code& error) { error = {}; }

        template <class Buffers> std::size_t put(const Buffers& buffers, boost::system::error_code& error)
        {
            error = {};
            for (const boost::asio::const_buffer each : boost::beast::buffers_range_ref(buffers)) {
                const std::size_t room = most_body - std::min(page_.size(), most_body);
                page_.append(static_cast<const char*>(each.data()), std::min(each.size(), room));
            }
            return boost::asio::buffer_size(buffers);
        }

        void finish(boost::system::error_code& error) { error = {}; }

      private:
        value_type& page_;
    };
};

} // namespace

struct HttpExchange::Parser {
    http::response_parser<PageBody> response;
};

HttpExchange::HttpExchange(const HttpRequest& request) : request_{serialize(request)}, head_{request.method == "HEAD"}
{
    advance();
}

HttpExchange::~HttpExchange() = default;

void HttpExchange::advance()
{
    parser_ = std::make_unique<Parser>();
    parser_->response.eager(true);
    parser_->response.skip(head_);
    parser_->response.header_limit(most_header);
    parser_->response.body_limit(boost::none);
}

HttpExchange::State HttpExchange::feed(std::string_view bytes)
{
    pending_.append(bytes);
    start_.append(bytes.substr(0, kept_start - start_.size()));
    while (!pending_.empty() && state_ != State::done && state_ != State::foreign) {
        const auto& response = parser_->response;
        if (response.is_header_done() && response.chunked() && pending_.size() < last_chunk.size()) {
            break; // Beast 1.81 asserts that it sees the last chunk whole
        }
        boost::system::error_code error;
        const std::size_t used = parser_->response.put(boost::asio::buffer(pending_), error);
        pending_.erase(0, used);
        if (error == http::error::need_more) {
            break;
        }
        if (parser_->response.is_header_done() && !net::status_of_line(start_)) {
            state_ = State::foreign; // Beast takes the first three digits of any number
            break;
        }
        if (error) {
            state_ = parser_->response.is_header_done() || final_status(start_) ? State::done : State::foreign;
            break;
        }
        const auto& message = parser_->response.get();
        if (parser_->response.is_done() && message.result_int() / 100 == 1) {
            advance();
            start_ = pending_.substr(0, kept_start);
            continue;
        }
        if (parser_->response.is_header_done()) {
            const bool enough = parser_->response.is_done() || message.body().size() >= most_body;
            state_ = enough ? State::done : State::header;
        }
        if (used == 0) {
            break;
        }
    }
    return state_;
}

std::optional<observation::HttpAnswer> HttpExchange::answer() const
{
    if (state_ != State::header && state_ != State::done) {
        return std::nullopt;
    }
    const auto& message = parser_->response.get();
    observation::HttpAnswer answer;
    if (!parser_->response.is_header_done()) {
        answer.status = *final_status(start_); // of the rest only the words behind it can be read
        const std::string_view line = std::string_view{start_}.substr(0, start_.find_first_of("\r\n"));
        answer.reason = x509::printable(line.substr(std::min(line.size(), reason_at)));
        return answer;
    }
    answer.status = static_cast<int>(message.result_int());
    answer.reason = x509::printable(std::string_view{message.reason().data(), message.reason().size()});
    const auto server = message[http::field::server];
    answer.server = x509::printable(std::string_view{server.data(), server.size()});
    const auto location = message[http::field::location];
    answer.location = destination_of({location.data(), location.size()});
    answer.substatus = substatus_in(answer.status, message.body());
    answer.about_certificate = message.body().find("SSL certificate") != std::string::npos;
    answer.certificate_page = certificate_page_in(message.body());
    return answer;
}

std::string destination_of(std::string_view location)
{
    constexpr std::size_t most = 120;
    std::string_view rest = location.substr(0, location.find_first_of("?#;"));
    std::string_view scheme;
    if (const auto end = rest.find("://"); end != std::string_view::npos) {
        scheme = rest.substr(0, end + 3);
        rest.remove_prefix(end + 3);
    } else if (rest.starts_with("//")) {
        scheme = rest.substr(0, 2);
        rest.remove_prefix(2);
    }
    if (!scheme.empty()) {
        const auto authority = rest.substr(0, rest.find('/'));
        if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
            rest.remove_prefix(at + 1);
        }
    }
    std::string shown = std::string{scheme} + std::string{rest};
    const bool cut = shown.size() > most;
    shown = x509::printable(shown.substr(0, most));
    return cut ? shown + "..." : shown;
}

observation::CertificatePage certificate_page_in(std::string_view page)
{
    if (page.find("No required SSL certificate was sent") != std::string_view::npos) {
        return observation::CertificatePage::none_sent;
    }
    return page.find("The SSL certificate error") != std::string_view::npos ? observation::CertificatePage::not_verified
                                                                            : observation::CertificatePage::other;
}

std::optional<int> substatus_in(int status, std::string_view page)
{
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const std::string mark = std::to_string(status) + ".";
    for (auto at = page.find(mark); at != std::string_view::npos; at = page.find(mark, at + 1)) {
        const auto before = page.substr(at < 24 ? 0 : at - 24, at < 24 ? at : 24);
        if ((at > 0 && (digit(page[at - 1]) || page[at - 1] == '.')) || before.find("HTTP") == std::string_view::npos) {
            continue; // a part of another number, or not the heading of an error page
        }
        const char* digits = page.data() + at + mark.size();
        const char* end = page.data() + page.size();
        int substatus = 0;
        const auto [rest, error] = std::from_chars(digits, end, substatus);
        if (error == std::errc{} && substatus < 1000 && (rest == end || *rest != '.')) {
            return substatus;
        }
    }
    return std::nullopt;
}

} // namespace mtls::handshake
