#include "harness/server/record.hpp"

#include <array>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace mtls::server {
namespace json = boost::json;

namespace {

std::string endpoint(const std::string& address, std::uint16_t port)
{
    const bool v6 = address.find(':') != std::string::npos;
    return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

json::value text_or_null(const std::string& text)
{
    return text.empty() ? json::value{} : json::value(text);
}

json::value alert_or_null(const std::optional<int>& code)
{
    return code ? json::value(alert_name(*code)) : json::value{};
}

/// "2026-11-20T21:00:00.042Z".
std::string rfc3339_milliseconds(std::chrono::sys_time<std::chrono::milliseconds> time)
{
    constexpr std::size_t digits = 3;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const std::string rest = std::to_string((time - seconds).count());
    std::string text = x509::rfc3339(seconds);
    text.back() = '.';
    return text + std::string(digits - rest.size(), '0') + rest + "Z";
}

json::object request_json(const RequestRecord& record)
{
    return {{"method", text_or_null(x509::printable(record.request.method))},
            {"path", text_or_null(x509::printable(record.request.path))},
            {"status", record.answered ? json::value(record.verdict.status) : json::value{}},
            {"substatus", record.verdict.substatus},
            {"win32_status", record.verdict.win32},
            {"rule", record.verdict.rule}};
}

} // namespace

std::string alert_name(int code)
{
    constexpr std::array<std::pair<int, const char*>, 28> names{{{0, "close_notify"},
                                                                 {10, "unexpected_message"},
                                                                 {20, "bad_record_mac"},
                                                                 {22, "record_overflow"},
                                                                 {40, "handshake_failure"},
                                                                 {42, "bad_certificate"},
                                                                 {43, "unsupported_certificate"},
                                                                 {44, "certificate_revoked"},
                                                                 {45, "certificate_expired"},
                                                                 {46, "certificate_unknown"},
                                                                 {47, "illegal_parameter"},
                                                                 {48, "unknown_ca"},
                                                                 {49, "access_denied"},
                                                                 {50, "decode_error"},
                                                                 {51, "decrypt_error"},
                                                                 {70, "protocol_version"},
                                                                 {71, "insufficient_security"},
                                                                 {80, "internal_error"},
                                                                 {86, "inappropriate_fallback"},
                                                                 {90, "user_canceled"},
                                                                 {100, "no_renegotiation"},
                                                                 {109, "missing_extension"},
                                                                 {110, "unsupported_extension"},
                                                                 {112, "unrecognized_name"},
                                                                 {113, "bad_certificate_status_response"},
                                                                 {115, "unknown_psk_identity"},
                                                                 {116, "certificate_required"},
                                                                 {120, "no_application_protocol"}}};
    for (const auto& [number, name] : names) {
        if (number == code) {
            return name;
        }
    }
    return std::to_string(code);
}

const char* to_string(Stage stage)
{
    switch (stage) {
    case Stage::handshake:
        return "handshake";
    case Stage::renegotiation:
        return "renegotiation";
    case Stage::post_handshake:
        break;
    }
    return "post_handshake";
}

std::string to_line(const ConnectionRecord& record)
{
    std::string line = "#" + std::to_string(record.number) + " " + endpoint(record.client_address, record.client_port) +
                       " -> " + endpoint(record.server_address, record.server_port) +
                       " sni=" + (record.sni ? x509::printable(*record.sni) : "-") + " " +
                       (record.version ? std::string{"TLS "} + scenario::to_string(*record.version) : "no TLS");
    if (!record.site.empty()) {
        line += ", " + x509::printable(record.site);
    }
    line += record.asked.empty() ? ", asked for no certificate" : ", asked in";
    for (const Stage stage : record.asked) {
        line += std::string{" "} + to_string(stage);
    }
    if (!record.asked.empty()) {
        line += " (" + std::to_string(record.advertised) + (record.advertised == 1 ? " name)" : " names)");
        line += record.presented.empty() ? ", got none" : ", got " + record.presented.front().subject().text();
    }
    line += ": " + record.decision;
    return record.rule.empty() ? line : line + " (" + record.rule + ")";
}

std::string to_json(const ConnectionRecord& record, const std::string& scenario)
{
    json::array asked;
    for (const Stage stage : record.asked) {
        asked.emplace_back(to_string(stage));
    }
    json::array chain;
    for (const auto& certificate : record.presented) {
        chain.emplace_back(json::object{{"subject", certificate.subject().text()},
                                        {"issuer", certificate.issuer().text()},
                                        {"sha256", certificate.sha256()}});
    }
    json::array requests;
    for (const RequestRecord& request : record.requests) {
        requests.emplace_back(request_json(request));
    }
    const json::object object{
        {"time", rfc3339_milliseconds(record.time)},
        {"scenario", x509::printable(scenario)},
        {"connection", record.number},
        {"listener", x509::printable(record.listener)},
        {"site", text_or_null(x509::printable(record.site))},
        {"server", endpoint(record.server_address, record.server_port)},
        {"client", endpoint(record.client_address, record.client_port)},
        {"sni", record.sni ? json::value(x509::printable(*record.sni)) : json::value{}},
        {"version", record.version ? json::value(scenario::to_string(*record.version)) : json::value{}},
        {"alpn", text_or_null(record.alpn)},
        {"handshake_completed", record.handshake_completed},
        {"asked", std::move(asked)},
        {"advertised", record.advertised},
        {"chain", std::move(chain)},
        {"requests", std::move(requests)},
        {"alert_sent", alert_or_null(record.alert_sent)},
        {"alert_received", alert_or_null(record.alert_received)},
        {"decision", record.decision},
        {"rule", record.rule}};
    return json::serialize(object);
}

} // namespace mtls::server
