#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

#include "probe/net/target.hpp"

namespace mtls::net {

/// A proxy that opens a tunnel for us: HTTP CONNECT or SOCKS 5. It resolves the target's name itself.
struct Proxy {
    enum class Kind { http, socks5 };
    Kind kind = Kind::http;
    std::string host;
    std::uint16_t port = 0;
};

/// Reads `http://host[:port]` (default port 8080) or `socks5://host[:port]` (1080). User names and passwords are
/// refused: the command line is visible to others.
[[nodiscard]] boost::system::result<Proxy, BadTarget> parse_proxy(std::string_view url);

/// The talk with the proxy before the tunnel stands, without I/O: feed() takes what it says, take_output() gives what
/// to say.
class ProxyDialogue {
  public:
    enum class State {
        talking,
        open,    ///< the next byte is the target's
        refused, ///< why() tells
    };

    /// `host` is a name or a numeric address.
    ProxyDialogue(Proxy::Kind kind, std::string host, std::uint16_t port);

    State feed(std::string_view from_proxy);
    [[nodiscard]] std::string take_output();

    [[nodiscard]] State state() const { return state_; }

    [[nodiscard]] const std::string& why() const { return why_; } ///< raw words of the proxy may be in it

  private:
    void http();
    void socks();
    void refuse(std::string why);
    [[nodiscard]] std::string socks_request() const;

    Proxy::Kind kind_;
    std::string host_;
    std::uint16_t port_;
    std::string output_;
    std::string pending_;
    std::string why_;
    bool greeted_ = false;
    State state_ = State::talking;
};

} // namespace mtls::net
