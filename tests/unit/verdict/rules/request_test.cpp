#include <doctest/doctest.h>

#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;
using observation::Outcome;
using observation::Phase;
using observation::Stage;
using wire::AlertDescription;

namespace {

Seen broken(std::vector<std::uint8_t> body)
{
    return Seen{tls12}.asked(observation::read_request(Stage::handshake, std::nullopt, tls12, std::move(body)));
}

const x509::Name bad_utf8{{0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x01, 0xff}};

} // namespace

TEST_CASE("no-certificate-request weighs more when one was wanted")
{
    const char* id = "no-certificate-request";
    const auto quiet = [] { return Run{}.saw(Seen{tls13}.http(200)); };

    CHECK(quiet().severity(id) == warning);
    CHECK(quiet().expects({issuing_ca}).severity(id) == critical);
    CHECK(quiet().tries("alice", Seen{tls13}.http(200)).severity(id) == critical);
    CHECK(Run{}.saw(Seen{tls13}.asked(Names{}).http(403)).severity(id) == absent);
    CHECK(Run{}.saw(Seen{tls13}.no_server_hello("").ended(Outcome::refused)).severity(id) == absent);
}

TEST_CASE("no-certificate-request says when a late request could have been missed")
{
    const char* id = "no-certificate-request";

    CHECK(contains(Run{}.saw(Seen{tls13}.settled()).without_http().text(id), "no HTTP request was sent"));
    CHECK(contains(Run{}.saw(Seen{tls13}.http_requested().ended(Outcome::reset)).text(id), "stays unknown"));
    CHECK(contains(Run{}.saw(Seen{tls13}.http(200)).text(id), "none came after the request for / either"));
}

TEST_CASE("issuer-list-empty is a warning only against an expectation")
{
    const char* id = "issuer-list-empty";
    for (const auto version : {tls12, tls13}) {
        const auto run = [version] { return Run{}.saw(Seen{version}.asked(Names{}).http(403)); };
        CHECK(run().severity(id) == info);
        CHECK(run().expects({issuing_ca}).severity(id) == warning);
    }
    CHECK(Run{}.saw(Seen{tls13}.asked({root_ca}).http(403)).severity(id) == absent);
    CHECK(Run{}.saw(Seen{tls13}.http(200)).severity(id) == absent);
}

TEST_CASE("malformed-certificate-request shows the defect and where it is")
{
    struct Row {
        const char* what;
        Seen seen;
        std::optional<verdict::Severity> severity;
        const char* evidence;
    };

    const Row rows[] = {
        {"truncated", broken({1, 1, 0, 2, 4, 3, 0, 9, 0, 2, 0x30, 0}), critical,
         "is malformed (truncated in certificate_authorities)"},
        {"garbage entry", Seen{tls12}.asked({root_ca, x509::Name{{1, 2}}}), critical, "entry 2 of 2 (#0102)"},
        {"garbage entry in the summary", Seen{tls12}.asked({root_ca, x509::Name{{1, 2}}}), critical,
         "is malformed (1 of 2 names bad)"},
        {"no certificate types", broken({0, 0, 2, 4, 3, 0, 0}), critical, "in certificate_types at byte 0"},
        {"odd entry that broke our own handshake",
         Seen{tls12}
             .asked({bad_utf8})
             .alert(AlertDescription::decode_error, Phase::handshake, observation::Direction::sent),
         critical, "the TLS library of this probe refused the message"},
        {"odd entry that broke nothing", Seen{tls12}.asked({bad_utf8}).http(403), absent, ""},
        {"good", Seen{tls12}.asked({root_ca}).http(403), absent, ""},
        {"empty name", Seen{tls12}.asked({x509::Name{}}).http(403), absent, ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto run = Run{}.saw(row.seen);
        CHECK(run.severity("malformed-certificate-request") == row.severity);
        CHECK(contains(run.text("malformed-certificate-request"), row.evidence));
    }
}

TEST_CASE("two requests in one flight are malformed, and one in each handshake is not")
{
    const auto run =
        Run{}.saw(Seen{tls12}.asked({root_ca}).asked({root_ca}).ended(observation::Outcome::protocol_error));
    CHECK(run.severity("malformed-certificate-request") == critical);
    CHECK(contains(run.text("malformed-certificate-request"), "malformed (2 CertificateRequests in one flight)"));

    const auto late =
        Run{}.saw(Seen{tls12}.asked({root_ca}).asked({root_ca}, observation::Stage::renegotiation).http(403));
    CHECK(late.severity("malformed-certificate-request") == std::nullopt);
}

TEST_CASE("a malformed request of any variant is found")
{
    const auto run = Run{}.saw(Seen{tls13}.asked({root_ca}).http(403)).saw(broken({1}));

    CHECK(run.severity("malformed-certificate-request") == critical);
}

TEST_CASE("late-certificate-request is told for renegotiation and post-handshake authentication")
{
    const char* id = "late-certificate-request";

    CHECK(Run{}.saw(Seen{tls12}.asked({root_ca}, Stage::renegotiation).http(403)).severity(id) == info);
    CHECK(Run{}.saw(Seen{tls13}.asked({root_ca}, Stage::post_handshake).http(403)).severity(id) == info);
    CHECK(Run{}.saw(Seen{tls13}.asked({root_ca}).http(403)).severity(id) == absent);
}

TEST_CASE("what several connections showed alike is one line of evidence that cites them all")
{
    const auto quiet = Seen{tls13}.http(200);
    const auto run = Run{}.saw(quiet).saw(Seen{tls12}.http(200)).saw(Seen{quiet}.sni(std::nullopt));

    const std::string text = run.text("no-certificate-request");
    CHECK(contains(text, "\nobservations 0, 1 and 2 (127.0.0.1:8443, with and without SNI, TLS 1.3 and TLS 1.2): the "
                         "handshake completed without a CertificateRequest"));
    CHECK_FALSE(contains(text, "\nobservation 0"));

    const auto one_differs = Run{}.saw(quiet).saw(Seen{tls12}.http(404)).saw(Seen{quiet}.sni(std::nullopt));
    CHECK(contains(one_differs.text("no-certificate-request"), "\nobservations 0 and 2 (127.0.0.1:8443, with and "
                                                               "without SNI, TLS 1.3): "));
    CHECK(contains(one_differs.text("no-certificate-request"), "\nobservation 1 (127.0.0.1:8443, SNI server.test, "
                                                               "TLS 1.2): "));
}

TEST_CASE("malformed-certificate-request shows eight bad entries and counts the others")
{
    const auto text =
        Run{}.saw(Seen{tls12}.asked(Names(10, x509::Name{{1, 2}})).http(403)).text("malformed-certificate-request");

    CHECK(contains(text, "entry 8 of 10"));
    CHECK_FALSE(contains(text, "entry 9 of 10"));
    CHECK(contains(text, "2 more entries with errors, all in the JSON report"));
}

TEST_CASE("no-certificate-request of a server whose list alone was read says what was not looked at")
{
    auto seen = Seen{tls12}.broke_off().get();
    seen.list_only = true;
    seen.messages.push_back({observation::Side::server, wire::HandshakeType::server_hello_done, 0, 0});
    const auto text = Run{}.saw(seen).text("no-certificate-request");

    CHECK(contains(text, "does not ask for a client certificate in the handshake, and only that was looked at"));
    CHECK(contains(text,
                   "no more was tried, so a request that comes later (renegotiation, post-handshake) was not seen"));
}

TEST_CASE("a page about a certificate that nobody asked for comes from behind, and TLS ends here")
{
    const char* id = "no-certificate-request";
    const auto run = [](observation::CertificatePage page) {
        return Run{}.saw(Seen{tls13}.http(400, "nginx/1.22.1").says(page));
    };
    const auto none = run(observation::CertificatePage::none_sent).text(id);
    const auto refused = run(observation::CertificatePage::not_verified).text(id);

    CHECK(contains(none, "one behind it demands one, which it can never see: TLS ends here"));
    CHECK(contains(none, "ssl_verify_client on;"));
    CHECK(contains(none, "proxy_set_header X-Client-Cert $ssl_client_escaped_cert;"));
    CHECK(contains(none, "pass TCP through"));
    CHECK(contains(refused, "refuses the certificate that this server presents to it"));
    CHECK_FALSE(contains(run(observation::CertificatePage::other).text(id), "TLS ends here"));
    CHECK(contains(
        Run{}
            .saw(Seen{tls13}.sni(std::nullopt).http(400, "nginx/1.22.1").says(observation::CertificatePage::none_sent))
            .text(id),
        "chosen by the Host header"));
}

TEST_CASE("a late request says whom it does not reach")
{
    const char* id = "late-certificate-request";
    const auto pha = Run{}.saw(Seen{tls13}.asked({issuing_ca}, Stage::post_handshake).http(403)).text(id);
    const auto renegotiation = Run{}.saw(Seen{tls12}.asked({issuing_ca}, Stage::renegotiation).http(403)).text(id);

    CHECK(contains(pha, "not in the first handshake; in TLS 1.3 browsers cannot answer that"));
    CHECK(contains(pha, "firefox"));
    CHECK(contains(pha, "java-sunx509"));
    CHECK_FALSE(contains(pha, "curl,"));
    CHECK_FALSE(contains(renegotiation, "browsers"));
    CHECK(contains(renegotiation, "by renegotiation: not asked so, unless they are told to offer it: go, rustls"));
}
