#include <algorithm>

#include "harness/scenario/sections.hpp"

namespace mtls::scenario {
namespace {

/// Of a server that decides by itself.
void check_listener(TableReader& reader, const Listener& listener, Personality personality)
{
    if (listener.client_certificate == Demand::none) {
        reader.complain_of_idle({"ask", "paths", "trust", "intermediates", "advertise", "filler", "certificate_types",
                                 "signature_algorithms", "verify_depth", "alert", "refusal"},
                                "client_certificate = \"none\" asks for no certificate");
        return;
    }
    if (listener.client_certificate == Demand::unverified) {
        reader.complain_of_idle({"intermediates", "verify_depth", "alert", "refusal"},
                                "client_certificate = \"unverified\" takes any certificate");
    }
    if (personality == Personality::nginx) {
        reader.complain_of_idle({"alert", "refusal"}, "nginx refuses with HTTP 400, not in TLS");
        if (!listener.http) {
            reader.complain_of_key("http", "nginx refuses with HTTP 400: without HTTP it would let everybody in");
        }
    }
    if (listener.ask == Moment::handshake && reader.sound("ask")) {
        reader.complain_of_idle({"paths"}, "the certificate is asked for in the handshake, before there is a path");
    }
    if (listener.ask == Moment::impossible) {
        reader.complain_of_idle(
            {"advertise", "filler", "certificate_types", "signature_algorithms", "verify_depth", "alert", "refusal"},
            "ask = \"impossible\" never asks");
    }
}

/// What depends on the versions that it speaks.
void check_versions(TableReader& reader, const Listener& listener)
{
    if (!reader.sound("tls") || listener.tls.empty()) {
        return;
    }
    if (listener.tls.front() == TlsVersion::tls13) {
        reader.complain_of_idle({"certificate_types"}, "TLS 1.3 has none");
    }
    if (listener.tls.back() < TlsVersion::tls12) {
        reader.complain_of_idle({"signature_algorithms"}, "TLS 1.0 and 1.1 have none");
    }
}

} // namespace

void check_idle(TableReader& document, const Scenario& scenario)
{
    if (!document.sound("personality")) {
        return; // it is a guess
    }
    if (scenario.personality == Personality::iis) {
        check_idle_iis(document, scenario);
        return;
    }
    if (scenario.personality == Personality::raw) {
        check_idle_raw(document, scenario);
        return;
    }
    auto tables = document.tables("listener");
    for (std::size_t i = 0; i < std::min(tables.size(), scenario.listeners.size()); ++i) {
        check_listener(tables[i], scenario.listeners[i], scenario.personality);
        check_versions(tables[i], scenario.listeners[i]);
        if (scenario.listeners[i].back_end_of) {
            tables[i].complain_of_idle({"address"}, "a back end has no socket of its own");
        }
    }
}

} // namespace mtls::scenario
