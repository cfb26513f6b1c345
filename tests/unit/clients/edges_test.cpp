#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "certs/pki/hierarchy.hpp"
#include "probe/clients/names.hpp"
#include "probe/clients/predict.hpp"
#include "tests/unit/clients/support/requests.hpp"

/// What tests/peers/clients found out about the programs beside tests/data/clients.
namespace {

using namespace mtls;
using namespace mtls::test;
using namespace std::chrono_literals;
using clients::OnTheWire;
using wire::ProtocolVersion;

constexpr x509::Time now{std::chrono::sys_days{std::chrono::year{2026} / 6 / 1}};

const pki::Hierarchy& hierarchy()
{
    static const pki::Hierarchy made{pki::parse_recipe(R"(
[[authority]]
name = "root"
[[client]]
name = "tomorrow"
issuer = "root"
not_before = "1d"
not_after = "30d"
[[client]]
name = "ed25519"
issuer = "root"
key = "ed25519"
[[client]]
name = "sha1"
issuer = "root"
digest = "sha1"
)",
                                                       "edges.toml"),
                                     now};
    return made;
}

clients::Answer answer(const std::string& client, const std::string& who, const Request& request, x509::Time at = now)
{
    clients::Asked asked = asked_with(request);
    asked.cipher = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
    const clients::Held held{hierarchy().at(who).certificate, {}, {hierarchy().at("root").certificate}};
    return clients::predict(asked, held, at, clients::select_clients({client})).at(0).answer;
}

} // namespace

TEST_CASE("NSS gives a certificate a day of grace before its first date, browsers do not")
{
    Request request;
    request.version = ProtocolVersion::tls13;

    CHECK(answer("nss", "tomorrow", request).wire == OnTheWire::certificate);
    CHECK(answer("nss", "tomorrow", request, now - 1s).wire == OnTheWire::empty_certificate);
    CHECK(answer("firefox", "tomorrow", request).wire == OnTheWire::empty_certificate);
    CHECK(answer("chromium-linux", "tomorrow", request).wire == OnTheWire::empty_certificate);
}

TEST_CASE("before TLS 1.3 no certificate type stands for an EdDSA key in GnuTLS")
{
    Request request;
    request.version = ProtocolVersion::tls12;

    CHECK(answer("gnutls", "ed25519", request).wire == OnTheWire::certificate);
    request.names = {hierarchy().at("root").certificate.subject().der()};
    CHECK(answer("gnutls", "ed25519", request).wire == OnTheWire::empty_certificate);
    request.version = ProtocolVersion::tls13;
    CHECK(answer("gnutls", "ed25519", request).wire == OnTheWire::certificate);
}

TEST_CASE("wolfSSL uses an EdDSA key if it is asked for by name")
{
    Request request;
    request.version = ProtocolVersion::tls12;

    request.algorithms = {0x0403, 0x0807, 0x0401};
    CHECK(answer("wolfssl", "ed25519", request).wire == OnTheWire::certificate);
    request.algorithms = {0x0403, 0x0401};
    CHECK(answer("wolfssl", "ed25519", request).wire == OnTheWire::break_off);
}

TEST_CASE("Mbed TLS does not even load an EdDSA key")
{
    CHECK(answer("mbedtls", "ed25519", {}).wire == OnTheWire::nothing);
}

TEST_CASE("rustls sends none if another kind of key is asked for, and leaves if it knows no algorithm")
{
    Request request;
    request.version = ProtocolVersion::tls13;

    request.algorithms = {0x0403};
    CHECK(answer("rustls", "ed25519", request).wire == OnTheWire::empty_certificate);
    request.algorithms = {0x0401};
    CHECK(answer("rustls", "ed25519", request).wire == OnTheWire::break_off);
}

TEST_CASE("Java takes a certificate signed with SHA-1 if the server does")
{
    Request request;
    request.version = ProtocolVersion::tls13;

    request.algorithms = {0x0403, 0x0203};
    CHECK(answer("java-newsunx509", "sha1", request).wire == OnTheWire::certificate);
    request.algorithms = {0x0403};
    CHECK(answer("java-newsunx509", "sha1", request).wire == OnTheWire::empty_certificate);
}

TEST_CASE("whether Java still signs with SHA-1 depends on its update")
{
    Request request;
    request.version = ProtocolVersion::tls12;

    request.algorithms = {0x0203};
    CHECK(answer("java-sunx509", "sha1", request).sends == clients::Sends::unknown);
    request.algorithms = {0x0302};
    CHECK(answer("java-sunx509", "sha1", request).sends == clients::Sends::no);
}

TEST_CASE("letters beyond ASCII that Java may fold make its answer unknown, others none")
{
    const auto named = [](const std::string& common_name) {
        const auto wrap = [](std::uint8_t tag, x509::Der content) {
            content.insert(content.begin(), {tag, static_cast<std::uint8_t>(content.size())});
            return content;
        };
        x509::Der value{0x06, 3, 0x55, 4, 3};
        const x509::Der text = wrap(0x0c, {common_name.begin(), common_name.end()});
        value.insert(value.end(), text.begin(), text.end());
        return x509::Name{wrap(0x30, wrap(0x31, wrap(0x30, value)))};
    };
    const auto java = [&](const std::string& left, const std::string& right) {
        return clients::same(clients::Compare::java, named(left), named(right));
    };

    // What OpenJDK 17.0.15 takes for one name: all of these.
    CHECK(java("M\u00fcller CA", "m\u00fcller  ca") == clients::Same::yes);
    CHECK(java("M\u00fcller", "M\u00dcLLER") == clients::Same::perhaps);
    CHECK(java("Stra\u00dfe", "STRASSE") == clients::Same::perhaps);
    CHECK(java("\u00e9", "e\u0301") == clients::Same::perhaps);
    // And none of these.
    CHECK(java("M\u00fcller", "R\u00f6ntgen") == clients::Same::no);
    CHECK(java("Miller", "Muller") == clients::Same::no);
    CHECK(clients::same(clients::Compare::bytes, named("M\u00fcller"), named("M\u00dcLLER")) == clients::Same::no);
}
