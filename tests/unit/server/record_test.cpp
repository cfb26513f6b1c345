#include <doctest/doctest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "harness/server/record.hpp"
#include "stand.hpp"

using namespace mtls::server;

namespace {

ConnectionRecord refused()
{
    ConnectionRecord record;
    record.time = std::chrono::sys_time<std::chrono::milliseconds>{std::chrono::milliseconds{1763676000042}};
    record.number = 7;
    record.listener = "main";
    record.site = "ipport=0.0.0.0:443";
    record.server_address = "127.0.0.1";
    record.server_port = 443;
    record.client_address = "::1";
    record.client_port = 5000;
    record.sni = "evil\n\x1b[2J";
    record.version = mtls::scenario::TlsVersion::tls12;
    record.asked = {Stage::renegotiation};
    record.advertised = 1;
    record.presented = {stand::hierarchy().at("alice").certificate};
    record.handshake_completed = true;
    record.alert_received = 48;
    record.decision = "403.16";
    record.rule = "why";
    return record;
}

} // namespace

TEST_CASE("a connection is one line that a stranger's name cannot break")
{
    CHECK(to_line(refused()) ==
          "#7 [::1]:5000 -> 127.0.0.1:443 sni=evil\\0A\\1B[2J TLS 1.2, ipport=0.0.0.0:443, asked in "
          "renegotiation (1 name), got CN=Alice,OU=Users,O=Example,C=DE: 403.16 (why)");
}

TEST_CASE("a connection is one JSON object")
{
    const std::string text = to_json(refused(), "iis-healthy");
    const auto value = boost::json::parse(text);

    CHECK(text.find('\n') == std::string::npos);
    CHECK(value.at("time") == "2025-11-20T22:00:00.042Z");
    CHECK(value.at("scenario") == "iis-healthy");
    CHECK(value.at("connection") == 7);
    CHECK(value.at("site") == "ipport=0.0.0.0:443");
    CHECK(value.at("version") == "1.2");
    CHECK(value.at("alpn").is_null());
    CHECK(value.at("asked").at(0) == "renegotiation");
    CHECK(value.at("chain").at(0).at("subject") == "CN=Alice,OU=Users,O=Example,C=DE");
    CHECK(value.at("alert_sent").is_null());
    CHECK(value.at("alert_received") == "unknown_ca");
    CHECK(value.at("decision") == "403.16");
    CHECK(value.at("rule") == "why");
}

TEST_CASE("an alert without a name here is its number")
{
    CHECK(alert_name(116) == "certificate_required");
    CHECK(alert_name(200) == "200");
}
