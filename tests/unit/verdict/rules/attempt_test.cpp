#include <doctest/doctest.h>

#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;
using observation::Outcome;
using observation::Phase;
using verdict::ExpectOutcome;
using wire::AlertDescription;

namespace {

Seen asked()
{
    return Seen{tls13}.asked({issuing_ca});
}

Run tried(const Seen& seen)
{
    return Run{}.saw(asked().http(403)).tries("alice", seen);
}

} // namespace

TEST_CASE("rejected-by names the layer that refused a candidate, and softens when that was wished for")
{
    const auto alert = asked().sent().alert(AlertDescription::unknown_ca, Phase::after_handshake);
    const auto http = asked().sent().http(403);
    const auto close = asked().sent().ended(Outcome::reset);

    struct Row {
        const char* id;
        Seen seen;
    };

    const Row rows[] = {{"rejected-by-alert", alert}, {"rejected-by-http", http}, {"rejected-by-close", close}};
    for (const Row& row : rows) {
        CAPTURE(row.id);
        for (const Row& other : rows) {
            CHECK(tried(other.seen).severity(row.id) == (row.id == other.id ? std::optional{critical} : absent));
        }
        CHECK(tried(row.seen).expects(ExpectOutcome::reject).severity(row.id) == info);
        CHECK(tried(row.seen).expects(ExpectOutcome::accept).severity(row.id) == critical);
    }
}

TEST_CASE("being refused without a certificate is health")
{
    CHECK(Run{}.saw(asked().http(403)).ids().empty());
    CHECK(Run{}.saw(asked().alert(AlertDescription::certificate_required, Phase::after_handshake)).ids().empty());
    CHECK(Run{}.saw(asked().ended(Outcome::closed)).ids().empty());
}

TEST_CASE("the evidence of a refusal tells the alert, its meaning and what was sent")
{
    const auto text =
        tried(asked().sent().alert(AlertDescription::unknown_ca, Phase::after_handshake)).text("rejected-by-alert");

    CHECK(contains(text, "alert unknown_ca (48) from the server after the handshake; the certificate was sent"));
    CHECK(contains(text, "cannot chain the certificate to a CA that it trusts"));
}

TEST_CASE("a 401 is told to ask for something else than the certificate")
{
    const auto asked = Seen{tls13}.asked({issuing_ca});
    const auto answered = [&](int status) {
        return Run{}
            .saw(Seen{asked}.http(status))
            .tries("alice", Seen{asked}.sent().http(status))
            .text("rejected-by-http");
    };

    CHECK(contains(answered(401), "a 401 asks for a password, a token or the like"));
    CHECK_FALSE(contains(answered(403), "a password"));
}

TEST_CASE("a certificate that stayed at home was not refused")
{
    const auto home = asked().alert(AlertDescription::certificate_required, Phase::after_handshake);

    CHECK(contains(tried(home).text("rejected-by-alert"), "refuses the connection, and alice.pem was not sent"));
    CHECK(contains(tried(Seen{home}.sent()).text("rejected-by-alert"), "The server refuses alice.pem"));
}

TEST_CASE("a close on our request may be that of a server that speaks no HTTP, as long as none was seen")
{
    const auto closed = [](wire::ProtocolVersion version) {
        return Seen{version}.asked({issuing_ca}).sent().http_requested().ended(Outcome::closed);
    };
    const auto refused = Seen{tls12}.asked({issuing_ca}).alert(AlertDescription::handshake_failure, Phase::handshake);
    const auto run = Run{}.saw(refused).tries("alice", closed(tls12));

    CHECK(contains(run.text("rejected-by-close"), "no answer, or it speaks no HTTP\n"));
    CHECK(contains(run.text("rejected-by-close"), "the server had the certificate when it completed the handshake"));
    CHECK(contains(run.text("rejected-by-close"), "mtls-probe server.test:8443 --no-http\n"));
    CHECK(run.judged().findings.front().remedies.front().applies_to == "any");
    const auto in13 = Run{}.saw(asked().http_requested().ended(Outcome::closed)).tries("alice", closed(tls13));
    CHECK(contains(in13.text("rejected-by-close"), "the handshake was complete, and no connection of this run"));
    CHECK_FALSE(contains(tried(closed(tls13)).text("rejected-by-close"), "HTTP\n")); // it does
    CHECK_FALSE(contains(
        Run{}.saw(refused).tries("alice", closed(tls12).broke_off().ended(Outcome::reset)).text("rejected-by-close"),
        "speaks no HTTP"));
}

TEST_CASE("no substatus is claimed that the page does not carry")
{
    const auto text = [](const Seen& without, const Seen& with) {
        return Run{}.saw(without).tries("alice", with).text("rejected-by-http");
    };
    const std::string iis_header = "Microsoft-IIS/10.0";

    const auto plain = text(asked().http(403, iis_header), asked().sent().http(403, iis_header));
    CHECK(contains(plain, "HTTP 403 Forbidden, and no certificate was sent, which IIS logs as 403.7"));
    CHECK(contains(plain, "the page carries no substatus"));

    auto detailed = asked().sent().http(403, iis_header).get();
    detailed.http->substatus = 16;
    detailed.purpose = observation::Purpose::candidate;
    detailed.candidate = 0;
    const auto said =
        Run{}.saw(asked().http(403, iis_header)).holds(credential("alice")).saw(detailed).text("rejected-by-http");
    CHECK(contains(said, "the page itself says 403.16"));

    const auto nginx = text(asked().http(400, "nginx"), asked().sent().http(400, "nginx"));
    CHECK_FALSE(contains(nginx, "IIS logs"));
    CHECK(contains(nginx, "495"));
    CHECK_FALSE(contains(text(asked().http(403, "nginx"), asked().sent().http(403, "nginx")), "403.7"));
}

TEST_CASE("a door that must be shut must be shut in every variant")
{
    const char* id = "accepted-without-certificate";
    const auto by_name = asked().http(403);
    const auto without_name = Seen{tls13}.sni(std::nullopt).http(200);

    CHECK(Run{}.saw(by_name).saw(without_name).severity(id) == absent);
    CHECK(Run{}.saw(by_name).saw(without_name).expects(ExpectOutcome::reject).severity(id) == critical);
    CHECK(contains(Run{}.saw(by_name).saw(without_name).expects(ExpectOutcome::reject).text(id), "no SNI"));
    CHECK(
        Run{}.saw(by_name).saw(Seen{tls12}.asked({issuing_ca}).http(403)).expects(ExpectOutcome::reject).ids().empty());
}

TEST_CASE("a door that was not tried is not called shut")
{
    using verdict::Verdict;
    const auto verdict = [](const Run& run) { return run.judged().verdict; };
    auto keyless = credential("mallory");
    keyless.key.reset();

    CHECK(verdict(Run{}.saw(asked().settled()).without_http().expects(ExpectOutcome::reject)) == Verdict::unknown);
    CHECK(verdict(Run{}.saw(asked().http(403)).expects(ExpectOutcome::reject)) == Verdict::ok);
    CHECK(verdict(Run{}.saw(asked().http(403)).holds(keyless).expects(ExpectOutcome::reject)) == Verdict::unknown);
}

TEST_CASE("accepted-without-certificate is a note unless the door had to be shut")
{
    const char* id = "accepted-without-certificate";

    CHECK(Run{}.saw(asked().http(200)).severity(id) == info);
    CHECK(Run{}.saw(asked().http(200)).expects(ExpectOutcome::reject).severity(id) == critical);
    CHECK(Run{}.saw(asked().http(200)).expects(ExpectOutcome::accept).severity(id) == info);
    CHECK(Run{}.saw(Seen{tls13}.http(200)).expects(ExpectOutcome::reject).severity(id) == critical);
    CHECK(Run{}.saw(Seen{tls13}.http(200)).severity(id) == absent);
    CHECK(Run{}.saw(asked().http(403)).severity(id) == absent);
    CHECK(Run{}.saw(asked().settled()).severity(id) == absent);
}

TEST_CASE("accepted-unexpectedly only when a refusal was wished for")
{
    const char* id = "accepted-unexpectedly";

    CHECK(tried(asked().sent().http(200)).expects(ExpectOutcome::reject).severity(id) == critical);
    CHECK(tried(asked().sent().http(200)).severity(id) == absent);
    CHECK(tried(asked().sent().http(403)).expects(ExpectOutcome::reject).severity(id) == absent);
}

TEST_CASE("a page that says that none was sent, though one was, comes from behind this server")
{
    const auto page = observation::CertificatePage::none_sent;
    const auto run = [&](observation::CertificatePage with) {
        return Run{}
            .saw(asked().http(400, "nginx/1.22.1").says(page))
            .tries("alice", asked().sent().http(400, "nginx/1.22.1").says(with));
    };
    const auto behind = run(page);
    const auto here = run(observation::CertificatePage::not_verified);

    CHECK(behind.severity("untrusted-by-server") == absent);
    CHECK(behind.severity("rejected-by-http") == critical);
    const auto text = behind.text("rejected-by-http");
    CHECK(contains(text, "The server lets alice.pem pass, and one behind it"));
    CHECK(contains(text, "inner status 496 there"));
    CHECK_FALSE(contains(text, "495"));
    CHECK(contains(text, "proxy_set_header X-Client-Cert"));
    CHECK(here.severity("untrusted-by-server") == critical);
    CHECK(contains(here.text("rejected-by-http"), "inner status 495"));
}

TEST_CASE("what passes TLS and is refused with 403 or 401 is refused by rules or the application")
{
    const auto none = observation::CertificatePage::none_sent;
    const auto by_page = asked().http(400, "nginx/1.22.1").says(none);
    const auto by_alert = asked().alert(AlertDescription::certificate_required, Phase::after_handshake);
    const auto open = asked().http(403, "nginx/1.22.1");

    struct Row {
        Seen without;
        Seen with;
        bool passed;
    };

    const Row rows[] = {
        {by_page, asked().sent().http(403, "nginx/1.22.1"), true},
        {by_page, asked().sent().http(401, "nginx/1.22.1"), true},
        {by_alert, asked().sent().http(403, ""), true},
        {open, asked().sent().http(403, "nginx/1.22.1"), false}, // the same for everybody
        {by_page, asked().sent().http(400, "nginx/1.22.1").says(observation::CertificatePage::not_verified), false},
        {by_alert, asked().sent().http(403, "").substatus(16), false},
        {by_alert, asked().sent().alert(AlertDescription::access_denied, Phase::after_handshake), false},
    };
    for (const Row& row : rows) {
        const auto run = Run{}.saw(row.without).tries("alice", row.with);
        const auto text = run.text("rejected-by-http") + run.text("rejected-by-alert");
        CAPTURE(text);
        CHECK(contains(text, "TLS takes alice.pem, and access rules or the application refuse it") == row.passed);
        CHECK(contains(text, "TLS has taken the certificate, so there is no verification error") == row.passed);
        CHECK(contains(text, "error_log /var/log/nginx/error.log info;") != row.passed);
    }
    CHECK_FALSE(contains(Run{}.tries("alice", asked().sent().http(403)).text("rejected-by-http"),
                         "TLS takes")); // how a client without one fares is not known
}

TEST_CASE("of a failed handshake HAProxy logs the reason only by an error-log-format")
{
    const auto text =
        tried(asked().sent().alert(AlertDescription::unknown_ca, Phase::after_handshake)).text("rejected-by-alert");

    CHECK(contains(text, "error-log-format \"%ci:%cp [%tr] %ft ssl_c_err=%[ssl_c_err]"));
}
