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
name = "usual"
issuer = "root"
[[client]]
name = "ed25519"
issuer = "root"
key = "ed25519"
[[client]]
name = "rsa"
issuer = "root"
key = "rsa-2048"
[[client]]
name = "sha1"
issuer = "root"
digest = "sha1"
)",
                                                       "edges.toml"),
                                     now};
    return made;
}

clients::Answer answer(const std::string& client, const std::string& who, const Request& request, x509::Time at = now,
                       clients::Moment moment = clients::Moment::handshake)
{
    clients::Asked asked = asked_with(request);
    asked.moment = moment;
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

TEST_CASE("a client is known by its name in whatever case")
{
    CHECK(clients::select_clients({"CURL", "Firefox", "go"}) == clients::select_clients({"curl", "firefox", "go"}));
    CHECK(clients::find_client("Curl-Schannel") == clients::find_client("curl-schannel"));
    CHECK(clients::find_client("curl-") == nullptr);
    CHECK(clients::find_client("cur") == nullptr);
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

TEST_CASE("in TLS 1.3 only rsa_pkcs1_* stands for an RSA key in GnuTLS, where there is a list")
{
    Request request;
    request.algorithms = {0x0804, 0x0403}; // rsa_pss_rsae_sha256, ecdsa_secp256r1_sha256

    CHECK(answer("wget", "rsa", request).wire == OnTheWire::certificate);
    request.names = {hierarchy().at("root").certificate.subject().der()};
    CHECK(answer("wget", "rsa", request).wire == OnTheWire::empty_certificate);
    CHECK(answer("wget", "usual", request).wire == OnTheWire::certificate);
    request.algorithms.push_back(0x0401); // rsa_pkcs1_sha256
    CHECK(answer("wget", "rsa", request).wire == OnTheWire::certificate);
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

TEST_CASE("a request that comes after the handshake reaches only those that can be asked then")
{
    constexpr auto sent = OnTheWire::certificate;
    constexpr auto not_asked = OnTheWire::not_asked;

    struct Row {
        const char* client;
        clients::Sends renegotiation;
        OnTheWire on_renegotiation;
        clients::Sends post_handshake;
        OnTheWire on_post_handshake;
    };

    using clients::Sends;
    const Row rows[] = {
        {"openssl", Sends::yes, sent, Sends::no, not_asked},
        {"curl", Sends::yes, sent, Sends::yes, sent},
        {"python", Sends::yes, sent, Sends::unknown, sent},
        {"nodejs", Sends::yes, sent, Sends::no, not_asked},
        {"nginx", Sends::yes, sent, Sends::no, not_asked},
        {"gnutls", Sends::unknown, sent, Sends::no, not_asked},
        {"gnutls-cli", Sends::yes, sent, Sends::no, not_asked},
        {"wget", Sends::yes, sent, Sends::yes, sent},
        {"nss", Sends::yes, sent, Sends::no, not_asked},
        {"firefox", Sends::yes, sent, Sends::no, not_asked},
        {"chromium-linux", Sends::yes, sent, Sends::no, not_asked},
        {"boringssl", Sends::no, not_asked, Sends::no, not_asked},
        {"go", Sends::no, not_asked, Sends::no, not_asked},
        {"go-callback", Sends::no, not_asked, Sends::no, not_asked},
        {"java-sunx509", Sends::yes, sent, Sends::no, not_asked},
        {"rustls", Sends::no, not_asked, Sends::no, not_asked},
        {"mbedtls", Sends::no, not_asked, Sends::unknown, sent},
        {"wolfssl", Sends::no, not_asked, Sends::no, not_asked},
        {"schannel", Sends::unknown, OnTheWire::unknown, Sends::unknown, OnTheWire::unknown},
        {"dotnet-httpclient", Sends::unknown, sent, Sends::unknown, sent},
        {"dotnet-sslstream-linux", Sends::yes, sent, Sends::yes, sent},
        {"curl-schannel", Sends::yes, sent, Sends::unknown, sent},
    };
    for (const Row& row : rows) {
        CAPTURE(row.client);
        Request request;
        request.version = ProtocolVersion::tls12;
        const auto by_renegotiation = answer(row.client, "usual", request, now, clients::Moment::late);
        request.version = ProtocolVersion::tls13;
        const auto after_it = answer(row.client, "usual", request, now, clients::Moment::late);

        CHECK(by_renegotiation.sends == row.renegotiation);
        CHECK(by_renegotiation.wire == row.on_renegotiation);
        CHECK(after_it.sends == row.post_handshake);
        CHECK(after_it.wire == row.on_post_handshake);
    }
}

TEST_CASE("what could be asked late answers as in the handshake, and what does not start is not asked")
{
    Request request;
    request.version = ProtocolVersion::tls12;
    request.names = {x509::Name::from_rfc4514("CN=Somebody Else").der()};

    CHECK(answer("java-sunx509", "usual", request, now, clients::Moment::late).wire == OnTheWire::empty_certificate);
    CHECK(answer("curl", "sha1", request, now, clients::Moment::late).wire == OnTheWire::nothing);
    request.version = ProtocolVersion::tls13;
    CHECK(answer("nodejs", "sha1", request, now, clients::Moment::late).wire == OnTheWire::nothing);
    CHECK(answer("openssl", "usual", request, now, clients::Moment::late).reason ==
          "it does not offer post-handshake authentication, so a server may not ask it after the handshake; s_client "
          "-enable_pha would offer it");
}
