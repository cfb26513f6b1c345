#include "probe/fleet/options_given.hpp"

#include <doctest/doctest.h>

#include "probe/verdict/command.hpp"

using namespace mtls;
using wire::ProtocolVersion;

namespace {

std::string command(const fleet::Manner& manner)
{
    verdict::TargetFacts target;
    target.input = "server.test";
    target.options = fleet::options_given(manner);
    return verdict::command(target, "");
}

} // namespace

TEST_CASE("a run that was given nothing has nothing to repeat")
{
    CHECK(command({}) == "mtls-probe server.test");
}

TEST_CASE("what says where a target is and how it is asked is said again, and no header")
{
    fleet::Manner manner;
    manner.starttls = net::StartTls::smtp;
    manner.connect = net::Endpoint{"2001:db8::1", 25};
    manner.proxy = net::Proxy{net::Proxy::Kind::socks5, "proxy.test", 1080};
    manner.sni = "other.test";
    manner.versions = {ProtocolVersion::tls12, ProtocolVersion::tls13};
    manner.family = net::Family::ipv6;
    manner.breadth = handshake::Breadth::every;
    manner.http = false;
    CHECK(command(manner) == "mtls-probe server.test --starttls smtp --connect '[2001:db8::1]:25' --proxy "
                             "socks5://proxy.test:1080 --sni other.test --tls 1.2 --tls 1.3 -6 --variants all");

    fleet::Manner pages;
    pages.no_sni = true;
    pages.family = net::Family::ipv4;
    pages.breadth = handshake::Breadth::normal_only;
    pages.alpn = {"h2", "http/1.1"};
    pages.path = "/a b";
    pages.method = "POST";
    pages.headers = {{"Authorization", "secret"}};
    CHECK(command(pages) ==
          "mtls-probe server.test --no-sni -4 --variants one --alpn h2,http/1.1 --path '/a b' --method "
          "POST");

    fleet::Manner silent;
    silent.http = false;
    CHECK(command(silent) == "mtls-probe server.test --no-http");
    silent.list_only = true;
    CHECK(command(silent) == "mtls-probe server.test --list-only");
}

TEST_CASE("candidates are named as they were given, and no passphrase")
{
    verdict::TargetFacts target;
    target.input = "server.test";
    target.candidates = fleet::options_given(std::vector<x509::CredentialFiles>{
        {"a b.pem", "a.key", "chain.pem", {}}, {"c.p12", {}, {}, x509::PassphraseSource::parse("env:SECRET")}});

    CHECK(verdict::command_with_candidates(target, "") ==
          "mtls-probe server.test --cert 'a b.pem' --key a.key --chain chain.pem --cert c.p12 --pass prompt");
}
