#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "certs/x509/credential.hpp"
#include "probe/net/proxy.hpp"
#include "probe/net/starttls.hpp"
#include "probe/net/traffic.hpp"
#include "probe/observation/observation.hpp"

namespace mtls::handshake {

/// The HTTP request to send once the handshake is done.
struct HttpRequest {
    std::string method = "GET";
    std::string path = "/";
    std::string host;                                         ///< Host header
    std::vector<std::pair<std::string, std::string>> headers; ///< added, or replacing ours of the same name
    std::string user_agent = "mtls-probe";
};

/// How long each step may take.
struct Patience {
    std::chrono::milliseconds connect{5000};
    std::chrono::milliseconds whole{15000}; ///< one connection, everything included
    std::chrono::milliseconds settle{500};  ///< how long to listen after a handshake without HTTP
    std::chrono::milliseconds answer{5000}; ///< how long to wait for the HTTP answer after the request
};

/// The proxy to go through.
struct Detour {
    net::Proxy::Kind kind{};
    std::string address; ///< of the proxy, numeric
    std::uint16_t port = 0;
};

/// What to say in the clear before TLS.
struct Upgrade {
    net::StartTls protocol{};
    std::string host; ///< the server's name, for protocols that want to hear it
};

/// One connection to make: which way, with which certificate, and what to say after the handshake.
struct Question {
    observation::Purpose purpose = observation::Purpose::variant;
    observation::Variant variant;
    std::optional<std::size_t> candidate; ///< index, carried into the observation
    bool spare = false;                   ///< one more of what was asked already: left out when the time is over
    const x509::Credential* credential = nullptr; ///< borrowed; its key must belong to its leaf. Null: no certificate
    std::optional<Detour> proxy;                  ///< null: straight; else variant.address is for the proxy to reach
    std::optional<Upgrade> upgrade;               ///< null: TLS from the first byte on
    std::optional<HttpRequest> http;              ///< null: listen for Patience::settle instead
    std::vector<std::string> alpn;                ///< protocols to offer; none: no ALPN extension
    Patience patience;
    net::TrafficLog* traffic = nullptr; ///< borrowed; hears of the connection's bytes
};

} // namespace mtls::handshake
