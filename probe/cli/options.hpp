#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "certs/x509/credential.hpp"
#include "probe/clients/predict.hpp"
#include "probe/handshake/plan.hpp"
#include "probe/issuers/expectation.hpp"
#include "probe/net/proxy.hpp"
#include "probe/net/resolve.hpp"
#include "probe/net/starttls.hpp"
#include "probe/net/target.hpp"
#include "probe/verdict/facts.hpp"

/// argv -> Options -> run -> exit code.
namespace mtls::cli {

enum class Format { text, json, jsonl, nagios, prometheus, junit, html };
enum class Color { automatic, always, never };

/// What the command line says, checked as far as that needs no file and no network.
struct Options {
    std::vector<net::Target> targets;

    std::vector<x509::CredentialFiles> candidates;
    std::vector<std::filesystem::path> issuer_certificates;
    std::vector<std::filesystem::path> expected_issuers;
    std::optional<std::filesystem::path> iis_bindings;
    clients::Selection clients; ///< empty: every one
    issuers::ExpectMode expect_mode = issuers::ExpectMode::exact;
    verdict::ExpectOutcome expect_outcome = verdict::ExpectOutcome::unset;
    verdict::Limits limits;

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

    Format format = Format::text;
    std::optional<std::filesystem::path> output;
    Color color = Color::automatic;
    bool verbose = false;
    std::optional<std::string> keylog;
    bool verify_server = false;
};

} // namespace mtls::cli
