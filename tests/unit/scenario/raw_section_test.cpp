#include <string>

#include <doctest/doctest.h>

#include "harness/scenario/scenario.hpp"
#include "mistakes.hpp"

using namespace mtls;
using mistakes::check;
using mistakes::complaint;
using mistakes::Row;
using scenario::Malformation;
using scenario::Personality;
using scenario::Point;

namespace {

const std::string head = "summary = 'x'\npersonality = 'raw'\n[[listener]]\n";

} // namespace

TEST_CASE("a raw scenario says every byte that matters")
{
    const auto read = scenario::parse_scenario(head + R"(
[raw]
banner = "220 ready\r\n"
fragment = 7
stall = "within_certificate_request"
byte_interval_ms = 1000
[raw.request]
certificate_types = ""
signature_algorithms = "040308"
context = "01"
authorities = ["root", "der:", "der:3000"]
malformation = "giant_length"
[expect]
outcome = "protocol_error"
authorities = 3
authority_errors = 1
request_error = { reason = "truncated", field = "certificate_authorities", offset = 11 }
)",
                                               "s.toml");

    CHECK(read.personality == Personality::raw);
    REQUIRE(read.raw);
    const scenario::Raw& raw = *read.raw;
    CHECK(raw.banner == "220 ready\r\n");
    CHECK(raw.fragment == 7);
    CHECK(raw.stall == Point::within_certificate_request);
    CHECK(raw.byte_interval == std::chrono::milliseconds{1000});
    CHECK(raw.request.certificate_types.empty());
    CHECK(raw.request.signature_algorithms == x509::Der{4, 3, 8});
    CHECK(raw.request.context == x509::Der{1});
    CHECK(raw.request.malformation == Malformation::giant_length);
    REQUIRE(raw.request.authorities);
    REQUIRE(raw.request.authorities->size() == 3);
    CHECK(std::get<std::string>(raw.request.authorities->at(0)) == "root");
    CHECK(std::get<x509::Der>(raw.request.authorities->at(1)).empty());
    CHECK(std::get<x509::Der>(raw.request.authorities->at(2)) == x509::Der{0x30, 0});
    CHECK(read.expect.outcome == "protocol_error");
    CHECK(read.expect.authorities == 3);
    CHECK(read.expect.authority_errors == 1);
    REQUIRE(read.expect.request_error);
    CHECK(read.expect.request_error->offset == 11);
}

TEST_CASE("a raw server may say other words than TLS, or a request that is no more than bytes, or never end")
{
    CHECK(scenario::parse_scenario(head + "[raw]\ninstead = 'no'\n", "s.toml").raw->instead == "no");
    CHECK(scenario::parse_scenario(head + "[raw]\nendless = true\n", "s.toml").raw->endless);
    CHECK(scenario::parse_scenario(head + "[raw.request]\nbody = 'dead'\n", "s.toml").raw->request.body ==
          x509::Der{0xde, 0xad});
}

TEST_CASE("by default a raw server asks well, and names nobody; its table may be left out")
{
    for (const std::string& table : {std::string{"[raw]\n"}, std::string{}}) {
        const auto read = scenario::parse_scenario(head + table, "s.toml");

        REQUIRE(read.raw);
        CHECK_FALSE(read.raw->request.authorities);
        CHECK(read.raw->request.malformation == Malformation::none);
        CHECK(read.raw->request.certificate_types == x509::Der{1, 64});
        CHECK(read.raw->stall == Point::none);
    }
}

TEST_CASE("each listener of a raw scenario goes wrong in its own way")
{
    const auto read = scenario::parse_scenario(head + "name = 'a'\nat = 'within_http_body'\nfault = 'compressed_body'\n"
                                                      "[[listener]]\nname = 'b'\nat = 'before_tls'\n[raw]\n",
                                               "s.toml");

    CHECK(read.listeners.at(0).breakdown.at == Point::within_http_body);
    CHECK(read.listeners.at(0).breakdown.fault == scenario::Fault::compressed_body);
    CHECK(read.listeners.at(1).breakdown.at == Point::before_tls);
    CHECK(read.listeners.at(1).breakdown.fault == scenario::Fault::stall);
}

TEST_CASE("mistakes in a raw scenario are shown with their place")
{
    const std::vector<Row> rows{
        {"summary = 'x'\npersonality = 'strict'\n[[listener]]\n[raw]\n", "s.toml:4:", "only for the personality raw"},
        {head + "trust = ['root']\n[raw]\n", "s.toml:4:1: ", "unknown key 'trust'"},
        {head + "[raw]\nfragment = 0\n", "s.toml:5:12: ", "from 1 to 16384"},
        {head + "[raw]\nstall = 'later'\n", "s.toml:5:9: ", "before_server_hello"},
        {head + "at = 'there'\n[raw]\n", "s.toml:4:6: ", "after_client_certificate"},
        {head + "fault = 'close'\n[raw]\n", "s.toml:4:9: ", "needs a point"},
        {head + "at = 'before_tls'\nfault = 'body_without_end'\n[raw]\n", "s.toml:5:9: ", "only for within_http"},
        {head + "[raw.request]\ncontext = '0'\n", "s.toml:5:11: ", "not hexadecimal"},
        {head + "[raw.request]\ncertificate_types = '" + std::string(512, '0') + "'\n", "s.toml:5:", "up to 255 bytes"},
        {head + "[raw.request]\nauthorities = ['alice']\n", "s.toml:5:16: ", "not an authority"},
        {head + "[raw.request]\nauthorities = ['root', 'der:xy']\n", "s.toml:5:24: ", "not hexadecimal"},
        {head + "[raw.request]\nmalformation = 'odd'\n", "s.toml:5:16: ", "list_too_long"},
        {head + "tls = ['1.2']\n[raw.request]\nmalformation = 'context_too_long'\n", "s.toml:6:16: ", "TLS 1.3 only"},
        {head + "[raw]\n[expect]\nrequest_error = { why = 'x' }\n", "s.toml:6:", "unknown key 'why'"},
    };
    check(rows);
}
