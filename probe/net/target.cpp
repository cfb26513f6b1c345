#include "probe/net/target.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace mtls::net {

namespace {

bool is_in(std::string_view characters, char c)
{
    return characters.find(c) != std::string_view::npos || (c >= '0' && c <= '9');
}

/// RFC 6874 §2: unreserved characters.
bool is_zone(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_in("-._~", c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
}

/// Stricter than the library, which takes any bytes for a zone and does not see what stands behind a NUL.
bool is_numeric_address(std::string_view text)
{
    const auto percent = text.find('%');
    const auto digits = text.substr(0, percent);
    if (!std::all_of(digits.begin(), digits.end(), [](char c) { return is_in("abcdefABCDEF:.", c); }) ||
        (percent != std::string_view::npos && !is_zone(text.substr(percent + 1)))) {
        return false;
    }
    boost::system::error_code error;
    // Of a string_view the library makes a string itself, where it may not throw.
    boost::asio::ip::make_address(std::string{text}, error);
    return !error;
}

/// A host name as DNS and SNI can carry it: letters, digits, '-', '_' and dots.
std::optional<std::string> why_no_host(std::string_view host)
{
    if (host.empty()) {
        return "the host is missing";
    }
    if (is_numeric_address(host)) {
        return std::nullopt;
    }
    if (host.size() > 253) {
        return "the host name is longer than DNS allows (253 characters)";
    }
    for (const unsigned char c : host) {
        if (c >= 0x80) {
            return "the host name is not ASCII: write its xn-- form";
        }
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '.' || c == '_';
        if (!plain) {
            return "the host name holds a character that no host name has";
        }
    }
    return std::nullopt;
}

std::optional<std::uint16_t> parse_port(std::string_view text)
{
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value == 0 || value > 0xffff) {
        return std::nullopt;
    }
    return static_cast<std::uint16_t>(value);
}

TargetResult parse_url(std::string_view text)
{
    const auto url = boost::urls::parse_uri(text);
    if (!url) {
        return BadTarget{"not a URL: " + url.error().message()};
    }
    if (url->has_userinfo()) {
        return BadTarget{"a URL with a user name or password in it is refused: the command line is visible to others"};
    }
    Target target{.input = std::string{text}};
    target.host = url->host_address();
    if (const auto why = why_no_host(target.host)) {
        return BadTarget{*why};
    }
    if (url->has_port() && !url->port().empty()) {
        const auto port = parse_port(url->port());
        if (!port) {
            return BadTarget{"the port is not a number from 1 to 65535"};
        }
        target.port = *port;
        target.port_given = true;
    }
    target.is_address = is_numeric_address(target.host);
    target.path = std::string{url->encoded_path()};
    if (target.path->empty()) {
        target.path = "/";
    }
    if (!is_request_path(*target.path)) { // Boost.URL 1.81 takes what follows ']' for a path
        return BadTarget{"after the host comes ':' and a port, '/', or nothing"};
    }
    if (url->has_query()) {
        target.path->append("?").append(url->encoded_query().data(), url->encoded_query().size());
    }
    return target;
}

/// As an IPv6 address stands before a port.
std::string in_brackets(const std::string& host)
{
    return host.find(':') != std::string::npos ? "[" + host + "]" : host;
}

bool starts_with_scheme(std::string_view text, std::string_view scheme)
{
    return text.size() >= scheme.size() &&
           std::equal(scheme.begin(), scheme.end(), text.begin(), [](char left, char right) {
               return left == (right >= 'A' && right <= 'Z' ? right + 32 : right);
           });
}

} // namespace

void throw_exception_from_error(const BadTarget& error, const boost::source_location& /*where*/)
{
    throw std::logic_error{error.why};
}

std::string Target::authority() const
{
    return in_brackets(host) + ":" + std::to_string(port);
}

std::string Target::http_host() const
{
    const std::string name =
        in_brackets(host.substr(0, host.find('%'))); // RFC 6874 §4: a zone is no one else's concern
    return port == 443 ? name : name + ":" + std::to_string(port);
}

std::string comparable_host(std::string_view host)
{
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(std::string{host}, error);
    if (!error) {
        return address.to_string();
    }
    std::string name{host};
    if (name.ends_with('.')) {
        name.pop_back();
    }
    std::transform(name.begin(), name.end(), name.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
    });
    return name;
}

std::string without_credentials(std::string_view text)
{
    const auto at = text.rfind('@');
    return at == std::string_view::npos ? std::string{text} : "..." + std::string{text.substr(at)};
}

std::string to_string(const Endpoint& endpoint)
{
    if (!endpoint.port) {
        return endpoint.address;
    }
    return in_brackets(endpoint.address) + ":" + std::to_string(*endpoint.port);
}

boost::system::result<Endpoint, BadTarget> parse_endpoint(std::string_view text)
{
    Endpoint endpoint;
    std::string_view rest;
    if (!text.empty() && text.front() == '[') {
        const auto close = text.find(']');
        if (close == std::string_view::npos) {
            return BadTarget{"'[' without ']'"};
        }
        endpoint.address = std::string{text.substr(1, close - 1)};
        rest = text.substr(close + 1);
        if (!is_numeric_address(endpoint.address)) {
            return BadTarget{"what stands in brackets is not an IPv6 address"};
        }
        if (!rest.empty() && rest.front() != ':') {
            return BadTarget{"after ']' comes ':' and a port, or nothing"};
        }
    } else if (is_numeric_address(text)) {
        endpoint.address = std::string{text}; // also an IPv6 address without brackets
    } else {
        const auto colon = text.find(':');
        endpoint.address = std::string{text.substr(0, colon)};
        rest = colon == std::string_view::npos ? std::string_view{} : text.substr(colon);
    }
    if (const auto why = why_no_host(endpoint.address)) {
        return BadTarget{*why};
    }
    if (!rest.empty()) {
        endpoint.port = parse_port(rest.substr(1));
        if (!endpoint.port) {
            return BadTarget{"the port is not a number from 1 to 65535"};
        }
    }
    return endpoint;
}

TargetResult parse_target(std::string_view text)
{
    if (starts_with_scheme(text, "https://")) {
        return parse_url(text);
    }
    if (starts_with_scheme(text, "http://")) {
        return BadTarget{"http:// speaks no TLS: write https:// or host:port"};
    }
    if (text.find("://") != std::string_view::npos) {
        return BadTarget{"only https:// URLs and host:port are understood"};
    }
    if (text.find('/') != std::string_view::npos) {
        return BadTarget{"a path needs a URL: write https:// before it"};
    }
    const auto endpoint = parse_endpoint(text);
    if (!endpoint) {
        return endpoint.error();
    }
    Target target{.input = std::string{text}};
    target.host = endpoint->address;
    target.port = endpoint->port.value_or(443);
    target.port_given = endpoint->port.has_value();
    target.is_address = is_numeric_address(target.host);
    return target;
}

std::optional<std::string> server_name_of(std::string name)
{
    if (name.ends_with('.')) {
        name.pop_back();
    }
    const bool plain = std::all_of(name.begin(), name.end(), [](unsigned char c) { return c > ' ' && c < 0x7f; });
    if (name.empty() || name.size() > 253 || !plain) {
        return std::nullopt;
    }
    return name;
}

bool is_request_path(std::string_view text)
{
    return text.starts_with('/') && text.find_first_of(" \r\n\t") == std::string_view::npos;
}

} // namespace mtls::net
