#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "certs/pki/hierarchy.hpp"
#include "certs/x509/config_error.hpp"
#include "certs/x509/credential.hpp"
#include "probe/clients/names.hpp"
#include "probe/clients/predict.hpp"
#include "tests/unit/clients/support/requests.hpp"

/// Where what a program does was not looked at, or depends on what cannot be seen: that is said, and nothing is
/// guessed.
namespace {

using namespace mtls;
using namespace mtls::test;
using clients::OnTheWire;
using clients::Sends;
using wire::ProtocolVersion;

constexpr x509::Time now{std::chrono::sys_days{std::chrono::year{2026} / 6 / 1}};

const pki::Hierarchy& hierarchy()
{
    static const pki::Hierarchy made{pki::parse_recipe(R"(
[[authority]]
name = "root"
subject = "CN=M\u00fcller CA"
[[authority]]
name = "rsa-root"
key = "rsa-2048"
[[client]]
name = "usual"
issuer = "root"
[[client]]
name = "any-usage"
issuer = "root"
usage = ["anyExtendedKeyUsage"]
[[client]]
name = "no-usage"
issuer = "root"
usage = ["serverAuth"]
[[client]]
name = "rsa"
issuer = "rsa-root"
key = "rsa-2048"
[[client]]
name = "short"
issuer = "rsa-root"
key = "rsa-1024"
)",
                                                       "not-known.toml"),
                                     now};
    return made;
}

clients::Answer answer(const std::string& client, const x509::Certificate& leaf, const clients::Asked& asked,
                       std::vector<x509::Certificate> above = {})
{
    return clients::predict(asked, {leaf, {}, std::move(above)}, now, clients::select_clients({client})).at(0).answer;
}

clients::Answer answer(const std::string& client, const std::string& who, const Request& request)
{
    return answer(client, hierarchy().at(who).certificate, asked_with(request));
}

Request of(ProtocolVersion version)
{
    Request request;
    request.version = version;
    return request;
}

} // namespace

TEST_CASE("what a program does with a DSA key was not looked at")
{
    const auto dsa = x509::load_certificates(TESTS_DATA "/x509/odd_keys.pem").front();
    const auto known = asked_with(of(ProtocolVersion::tls12));

    for (const char* client : {"gnutls", "go", "java-sunx509", "mbedtls", "openssl", "rustls", "wolfssl"}) {
        CAPTURE(client);
        const auto unknown = answer(client, dsa, known);
        CHECK(unknown.sends == Sends::unknown);
        CHECK(unknown.wire == OnTheWire::unknown);
        CHECK(unknown.reason.ends_with(" does with this kind of key was not looked at"));
    }
}

TEST_CASE("an RSA key below 2048 bits is loaded or not, as the security level has it")
{
    CHECK(answer("openssl", "rsa", {}).sends == Sends::yes);
    CHECK(answer("openssl", "short", {}).sends == Sends::unknown);
    CHECK(answer("rustls", "rsa", {}).sends == Sends::yes);
    CHECK(answer("rustls", "short", {}).sends == Sends::unknown);
}

TEST_CASE("whether Windows takes anyExtendedKeyUsage for clientAuth was not established")
{
    CHECK(answer("chromium-windows", "usual", {}).sends == Sends::yes);
    CHECK(answer("chromium-windows", "any-usage", {}).sends == Sends::unknown);
    CHECK(answer("chromium-windows", "no-usage", {}).sends == Sends::no);
}

TEST_CASE("what Mbed TLS does with a list extension without names was not looked at")
{
    Request request;
    CHECK(answer("mbedtls", "usual", request).sends == Sends::yes);
    request.empty_list_extension = true;
    CHECK(answer("mbedtls", "usual", request).sends == Sends::unknown);
}

TEST_CASE("a request that is wrong in a way that nobody tried is an oddity by itself")
{
    // RFC 8446 §4.3.2: "The signature_algorithms extension MUST be specified".
    const std::vector<std::uint8_t> without_algorithms{0, 0, 0};
    const auto asked = clients::asked_by(wire::parse_certificate_request(ProtocolVersion::tls13, without_algorithms));

    CHECK(clients::oddity_of(asked) == clients::Oddity::other);
    CHECK(clients::oddity_of(asked_with({})) == clients::Oddity::none);

    auto odd = asked_with({});
    odd.request.error = wire::ParseError{wire::Reason::bad_value, "oid_filters", 7};
    CHECK(answer("rustls", hierarchy().at("usual").certificate, odd).reason ==
          "the request is malformed in a way that was not looked at");
}

TEST_CASE("before TLS 1.2 rustls leaves, wolfSSL sends what it has and Java signs")
{
    const Request request = of(ProtocolVersion::tls11);

    CHECK(answer("rustls", "usual", request).wire == OnTheWire::break_off);
    CHECK(answer("wolfssl", "usual", request).wire == OnTheWire::certificate);
    CHECK(answer("java-sunx509", "usual", request).wire == OnTheWire::certificate);
}

TEST_CASE("in TLS 1.2 wolfSSL goes by the cipher suite, which is the server's kind of key")
{
    struct Row {
        std::optional<std::string> cipher;
        std::uint16_t algorithm;
        OnTheWire wire;
    };

    constexpr std::uint16_t ecdsa = 0x0403;
    constexpr std::uint16_t rsa = 0x0401;
    const Row rows[] = {
        {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", ecdsa, OnTheWire::certificate},
        {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", rsa, OnTheWire::break_off},
        {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", ecdsa, OnTheWire::break_off},
        {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", rsa, OnTheWire::certificate},
        {std::nullopt, ecdsa, OnTheWire::unknown},
    };
    for (const Row& row : rows) {
        CAPTURE(row.cipher.value_or(""));
        CAPTURE(row.algorithm);
        Request request = of(ProtocolVersion::tls12);
        request.algorithms = {row.algorithm};
        clients::Asked asked = asked_with(request);
        asked.cipher = row.cipher;
        CHECK(answer("wolfssl", hierarchy().at("usual").certificate, asked).wire == row.wire);
    }
}

TEST_CASE("a listed name that may fold to an issuer's leaves Java's answer open; one of another type does not")
{
    const auto asked = [](const std::string& name) {
        Request request;
        request.names = {x509::Name::from_rfc4514(name).der()};
        return request;
    };

    CHECK(answer("java-sunx509", "usual", asked("CN=M\u00fcller CA")).sends == Sends::yes);
    const auto folded = answer("java-sunx509", "usual", asked("CN=M\u00dcLLER CA"));
    CHECK(folded.sends == Sends::unknown);
    CHECK(folded.reason ==
          "a listed name differs from an issuer's in letters beyond ASCII, and whether Java takes them "
          "for one was not looked at");
    CHECK(answer("java-sunx509", "usual", asked("O=M\u00dcLLER CA")).sends == Sends::no);
}

TEST_CASE("what is sent in no case is not made uncertain by the list")
{
    Request request;
    request.algorithms = {0x0804}; // rsa_pss_rsae_sha256, and the key is an EC key
    const auto anyway = answer("chromium-linux", "usual", request);
    request.names = {x509::Name::from_rfc4514("CN=Somebody Else").der()};
    const auto unlisted = answer("chromium-linux", "usual", request);
    request.algorithms.clear();
    const auto suited = answer("chromium-linux", "usual", request);

    CHECK(anyway.wire == OnTheWire::break_off);
    CHECK(unlisted.sends == Sends::no);
    CHECK(unlisted.wire == OnTheWire::empty_certificate);
    CHECK(unlisted.reason == anyway.reason);
    CHECK(suited.sends == Sends::unknown); // an issuer's issuer may be listed, which only the program's store knows
}

TEST_CASE("a client that is not known is refused with those that are")
{
    try {
        (void)clients::select_clients({"go", "no\x1bsuch"});
        FAIL("it was taken");
    } catch (const x509::ConfigError& error) {
        const std::string text = error.what();
        CHECK(text.starts_with("--clients: there is no 'no\\1Bsuch'; known are "));
        CHECK(text.find(", firefox, ") != std::string::npos);
    }
}

TEST_CASE("what the server sees has a word in every report")
{
    const std::vector<std::pair<OnTheWire, std::string>> rows{
        {OnTheWire::certificate, "certificate"},
        {OnTheWire::certificate_then_break, "certificate_then_break"},
        {OnTheWire::empty_certificate, "empty_certificate"},
        {OnTheWire::break_off, "break_off"},
        {OnTheWire::not_asked, "not_asked"},
        {OnTheWire::nothing, "nothing"},
        {OnTheWire::unknown, "unknown"},
    };
    for (const auto& [seen, word] : rows) {
        CHECK(clients::to_string(seen) == word);
    }
}
