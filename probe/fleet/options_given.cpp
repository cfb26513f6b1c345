#include "probe/fleet/options_given.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mtls::fleet {

namespace {

using verdict::OptionGiven;

std::string to_url(const net::Proxy& proxy)
{
    const net::Endpoint place{proxy.host, proxy.port};
    return (proxy.kind == net::Proxy::Kind::http ? "http://" : "socks5://") + to_string(place);
}

void add_ways(const Manner& manner, std::vector<OptionGiven>& into)
{
    if (manner.sni) {
        into.push_back({"--sni", manner.sni});
    }
    if (manner.no_sni) {
        into.push_back({"--no-sni"});
    }
    for (const auto version : manner.versions) {
        into.push_back({"--tls", wire::name(version)});
    }
    if (manner.family != net::Family::any) {
        into.push_back({manner.family == net::Family::ipv4 ? "-4" : "-6"});
    }
    if (manner.breadth != handshake::Breadth::side_by_side) {
        into.push_back({"--variants", manner.breadth == handshake::Breadth::every ? "all" : "one"});
    }
    if (manner.list_only) {
        into.push_back({"--list-only"});
    }
}

void add_http(const Manner& manner, std::vector<OptionGiven>& into)
{
    if (!manner.alpn.empty()) {
        into.push_back({"--alpn", fmt::format("{}", fmt::join(manner.alpn, ","))});
    }
    if (manner.path) {
        into.push_back({"--path", manner.path});
    }
    if (manner.method != "GET") {
        into.push_back({"--method", manner.method});
    }
    if (!manner.http && !manner.starttls && !manner.list_only) {
        into.push_back({"--no-http"});
    }
}

} // namespace

std::vector<OptionGiven> options_given(const Manner& manner)
{
    std::vector<OptionGiven> given;
    if (manner.starttls) {
        given.push_back({"--starttls", to_string(*manner.starttls)});
    }
    if (manner.connect) {
        given.push_back({"--connect", to_string(*manner.connect)});
    }
    if (manner.proxy) {
        given.push_back({"--proxy", to_url(*manner.proxy)});
    }
    add_ways(manner, given);
    add_http(manner, given);
    return given;
}

std::vector<OptionGiven> options_given(const std::vector<x509::CredentialFiles>& candidates)
{
    std::vector<OptionGiven> given;
    for (const x509::CredentialFiles& files : candidates) {
        given.push_back({"--cert", files.certificate.string()});
        if (files.key) {
            given.push_back({"--key", files.key->string()});
        }
        if (files.chain) {
            given.push_back({"--chain", files.chain->string()});
        }
        if (files.passphrase.given()) {
            given.push_back({"--pass", "prompt"});
        }
    }
    return given;
}

} // namespace mtls::fleet
