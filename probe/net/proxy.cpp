#include "probe/net/proxy.hpp"

#include <array>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "probe/net/status_line.hpp"

namespace mtls::net {

namespace {

constexpr std::size_t most_pending = 16UL * 1024;

/// RFC 1928 §6.
std::string socks_refusal(std::uint8_t code)
{
    constexpr std::array words{"success",
                               "general failure",
                               "not allowed by its rules",
                               "network unreachable",
                               "host unreachable",
                               "connection refused",
                               "time to live expired",
                               "command not supported",
                               "address type not supported"};
    return code < words.size() ? words.at(code) : "code " + std::to_string(code);
}

} // namespace

boost::system::result<Proxy, BadTarget> parse_proxy(std::string_view text)
{
    const auto url = boost::urls::parse_uri(text);
    if (!url) {
        return BadTarget{"write it as http://host:port or socks5://host:port"};
    }
    if (url->has_userinfo()) {
        return BadTarget{"a user name or password in it is refused: the command line is visible to others"};
    }
    Proxy proxy;
    if (url->scheme() == "socks5" || url->scheme() == "socks5h") {
        proxy.kind = Proxy::Kind::socks5;
    } else if (url->scheme() != "http") {
        return BadTarget{"only http:// (CONNECT) and socks5:// proxies are known"};
    }
    proxy.host = url->host_address();
    const bool has_port = url->has_port() && !url->port().empty();
    proxy.port = has_port ? url->port_number() : proxy.kind == Proxy::Kind::http ? 8080 : 1080;
    if (proxy.host.empty() || proxy.port == 0) {
        return BadTarget{"host or port is missing or no number from 1 to 65535"};
    }
    return proxy;
}

ProxyDialogue::ProxyDialogue(Proxy::Kind kind, std::string host, std::uint16_t port)
    : kind_{kind}, host_{std::move(host)}, port_{port}
{
    if (kind_ == Proxy::Kind::socks5) {
        output_ = std::string{"\x05\x01\x00", 3}; // RFC 1928 §3: version 5, one method: no authentication
        return;
    }
    const std::string target =
        (host_.find(':') == std::string::npos ? host_ : "[" + host_ + "]") + ":" + std::to_string(port_);
    output_ = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n";
}

std::string ProxyDialogue::take_output()
{
    return std::exchange(output_, {});
}

void ProxyDialogue::refuse(std::string why)
{
    why_ = std::move(why);
    state_ = State::refused;
}

ProxyDialogue::State ProxyDialogue::feed(std::string_view from_proxy)
{
    pending_.append(from_proxy);
    if (pending_.size() > most_pending) {
        refuse("it talks without end");
    } else if (kind_ == Proxy::Kind::socks5) {
        socks();
    } else {
        http();
    }
    return state_;
}

// RFC 9110 §9.3.6: any 2xx opens the tunnel, right behind the header.
void ProxyDialogue::http()
{
    const auto end = pending_.find("\r\n\r\n");
    if (end == std::string::npos) {
        return;
    }
    const std::string status = pending_.substr(0, pending_.find("\r\n"));
    if (status_of_line(status).value_or(0) / 100 == 2) {
        state_ = State::open;
    } else {
        refuse("it answered \"" + status + "\"");
    }
}

void ProxyDialogue::socks()
{
    const auto at = [&](std::size_t index) { return static_cast<std::uint8_t>(pending_[index]); };
    if (!greeted_) {
        if (pending_.size() < 2) {
            return;
        }
        if (at(0) != 5 || at(1) != 0) {
            refuse(at(0) == 5 ? "it wants authentication" : "it does not speak SOCKS 5");
            return;
        }
        greeted_ = true;
        pending_.erase(0, 2);
        output_ = socks_request();
    }
    if (pending_.size() < 5) {
        return;
    }
    if (at(0) != 5 || at(1) != 0) {
        refuse(at(0) == 5 ? socks_refusal(at(1)) : "it does not speak SOCKS 5");
        return;
    }
    // RFC 1928 §6: version, reply, reserved, address type, the bound address, port
    const std::size_t address = at(3) == 1 ? 4 : at(3) == 4 ? 16 : 1UL + at(4);
    if (pending_.size() >= 4 + address + 2) {
        state_ = State::open;
    }
}

std::string ProxyDialogue::socks_request() const
{
    std::string request{"\x05\x01\x00", 3}; // CONNECT
    boost::system::error_code not_numeric;
    const auto address = boost::asio::ip::make_address(host_, not_numeric);
    if (not_numeric) {
        request += '\x03';
        request += static_cast<char>(host_.size());
        request += host_;
    } else if (address.is_v4()) {
        const auto bytes = address.to_v4().to_bytes();
        request += '\x01';
        request.append(bytes.begin(), bytes.end());
    } else {
        const auto bytes = address.to_v6().to_bytes();
        request += '\x04';
        request.append(bytes.begin(), bytes.end());
    }
    request += static_cast<char>(port_ >> 8U);
    request += static_cast<char>(port_ & 0xffU);
    return request;
}

} // namespace mtls::net
