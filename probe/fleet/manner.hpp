#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "probe/clients/predict.hpp"
#include "probe/handshake/plan.hpp"
#include "probe/net/proxy.hpp"
#include "probe/net/resolve.hpp"
#include "probe/net/starttls.hpp"
#include "probe/net/target.hpp"
#include "probe/net/traffic.hpp"
#include "probe/verdict/facts.hpp"

namespace mtls::fleet {

/// How a target is asked and judged, whichever it is: the command line's options, or a module of the exporter.
struct Manner {
    verdict::ExpectOutcome expect_outcome = verdict::ExpectOutcome::unset;
    verdict::Limits limits;
    clients::Selection clients; ///< empty: every one
    bool verify_server = false; ///< ask the system's trust store about the server's chain

    net::TrafficLog* traffic = nullptr; ///< borrowed; hears of every connection

    std::optional<std::string> sni;
    bool no_sni = false;
    std::vector<wire::ProtocolVersion> versions;
    std::optional<net::Endpoint> connect;
    std::optional<net::Proxy> proxy;
    net::Family family = net::Family::any;
    std::vector<std::string> alpn;
    handshake::Breadth breadth = handshake::Breadth::side_by_side;
    unsigned repeat = 1;
    bool list_only = false;

    std::optional<net::StartTls> starttls;
    bool http = true;
    std::optional<std::string> path;
    std::string method = "GET";
    std::vector<std::pair<std::string, std::string>> headers;

    std::chrono::milliseconds timeout{15000};
    std::chrono::milliseconds connect_timeout{5000};
    std::chrono::milliseconds settle{500};
};

} // namespace mtls::fleet
