#include <sstream>

#include <doctest/doctest.h>

#include "probe/report/layout.hpp"
#include "tests/unit/support/reports.hpp"

using namespace mtls;
using namespace mtls::test;

namespace {

std::string text_of(const Run& run, report::TextStyle style = {})
{
    return report::render_text(report_of(run), style);
}

std::vector<std::string> lines(const std::string& text)
{
    std::vector<std::string> all;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) {
        all.push_back(line);
    }
    return all;
}

/// A line whose width is not ours to choose: a command to paste, or a word that is longer than the page.
bool may_stick_out(const std::string& line)
{
    const bool command = line.starts_with("    ");
    const auto start = line.find_first_not_of(' ');
    const std::string body = start == std::string::npos ? "" : line.substr(start);
    return command || body.find(' ') == std::string::npos;
}

std::string without_colour(std::string text)
{
    for (auto at = text.find('\033'); at != std::string::npos; at = text.find('\033')) {
        text.erase(at, text.find('m', at) - at + 1);
    }
    return text;
}

Run sample(const std::string& name)
{
    for (auto& [each, run] : sample_runs()) {
        if (each == name) {
            return run;
        }
    }
    FAIL("no sample " << name);
    return {};
}

} // namespace

TEST_CASE("verdict and cause stand in the first three lines")
{
    const auto top = [](const std::string& name) {
        const auto all = lines(text_of(sample(name)));
        REQUIRE(all.size() >= 3);
        return all[0] + "\n" + all[1] + " " + all[2];
    };

    CHECK(top("lost-ctl-store").starts_with("CRITICAL  server.test:8443\n"));
    CHECK(contains(top("lost-ctl-store"), "Trusted Root store"));
    CHECK(top("healthy").starts_with("OK  server.test:8443\n"));
    CHECK(top("refused").starts_with("UNKNOWN  server.test:8443\nCould not probe server.test:8443: connect: refused"));
    CHECK(contains(top("no-request"), "does not ask"));
}

TEST_CASE("eighty columns hold every sample but for commands and words that cannot be broken")
{
    for (const auto& [name, run] : sample_runs()) {
        for (const int width : {80, 100, 132}) {
            for (const std::string& line : lines(text_of(run, {.color = false, .width = width, .verbose = false}))) {
                CAPTURE(name);
                CAPTURE(line);
                CHECK((report::columns(line) <= static_cast<std::size_t>(width) || may_stick_out(line)));
            }
        }
    }
}

TEST_CASE("without colour there is no control character, whatever strangers send")
{
    for (const auto& [name, run] : sample_runs()) {
        CAPTURE(name);
        const auto text = text_of(run, {.color = false, .width = 80, .verbose = true});
        for (const char letter : text) {
            CHECK((letter == '\n' || (static_cast<unsigned char>(letter) >= 0x20 && letter != 0x7f)));
        }
        CHECK_FALSE(contains(text, "\xe2\x80\xae"));
        CHECK_FALSE(contains(text, "\xe2\x80\x8b"));
    }
}

TEST_CASE("colour adds nothing but escape sequences")
{
    for (const auto& [name, run] : sample_runs()) {
        CAPTURE(name);
        const auto coloured = text_of(run, {.color = true, .width = 80, .verbose = false});
        CHECK(contains(coloured, "\033["));
        CHECK(without_colour(coloured) == text_of(run));
    }
}

TEST_CASE("no line ends in blanks")
{
    for (const auto& [name, run] : sample_runs()) {
        CAPTURE(name);
        CHECK_FALSE(contains(text_of(run, {.color = false, .width = 80, .verbose = true}), " \n"));
    }
}

TEST_CASE("the list is marked against the expectation and the candidates")
{
    const auto text = text_of(Run{}
                                  .saw(Seen{tls13}.asked({root_ca, dn("CN=Extra CA")}).http(403))
                                  .expects({root_ca, dn("CN=Lost CA")})
                                  .holds(credential("alice")));

    CHECK(contains(text, "     -  MISSING   CN=Lost CA\n"));
    CHECK(contains(text, "     1  expected  CN=Example Root CA,O=Example\n"));
    CHECK(contains(text, "     2  extra     CN=Extra CA\n"));
    CHECK(contains(text, "<- is above alice.pem\n"));
    CHECK(contains(text, "2 names"));
}

TEST_CASE("a long list is summed up and says how to see all of it")
{
    const auto run = sample("long");

    const auto brief = text_of(run);
    const auto verbose = text_of(run, {.color = false, .width = 80, .verbose = true});

    CHECK(contains(brief, "(-v shows every name)"));
    CHECK_FALSE(contains(brief, "CN=Public Root 299,"));
    CHECK(contains(verbose, "   300  CN=Public Root 299,O=Trust 49\n"));
    CHECK_FALSE(contains(verbose, "-v shows"));
}

TEST_CASE("a long list still shows what matters")
{
    Names names = many_names(100);
    names.insert(names.begin() + 70, issuing_ca);
    const auto text = text_of(Run{}.saw(Seen{tls12}.asked(names).http(403)).holds(credential("alice")));

    CHECK(contains(text, "    71  CN=Example Issuing CA,O=Example\n"));
    CHECK(contains(text, "<- issued alice.pem\n"));
}

TEST_CASE("a name of three thousand bytes is never cut silently")
{
    const x509::Name huge = dn("CN=" + std::string(3000, 'x'));
    const auto run = Run{}.saw(Seen{tls13}.asked({huge}).http(403)).expects({root_ca});

    CHECK(contains(text_of(run), "xxx ...\n"));
    CHECK(contains(text_of(run, {.color = false, .width = 80, .verbose = true}), std::string(3000, 'x')));
    const auto summary = Run{}.saw(Seen{tls13}.asked({root_ca}).http(403)).expects({huge}).judged().summary;
    CHECK(summary.size() < 300);
    CHECK(contains(summary, "more bytes"));
}

TEST_CASE("where a normal client is asked nothing, the list that another connection got is shown as its own")
{
    const auto text = text_of(sample("late-and-broken"), {.color = false, .width = 200});

    CHECK(contains(text, "  request     none so far: the connection ended before the HTTP answer"));
    CHECK(contains(text, "  but         observation 1 (127.0.0.1:8443, SNI server.test, TLS 1.2) was asked by "
                         "renegotiation after the HTTP request, with 2 names\n"));
    CHECK(contains(text, "Trusted issuer list of observation 1: 2 names"));
    CHECK(contains(text, "1  expected  CN=Example Issuing CA,O=Example\n"));
    CHECK(contains(text, "<- issued alice.pem"));
    CHECK(contains(text, "CN=Example Issuing CA,O=Example: in the list of observation 1\n"));
}

TEST_CASE("a request that was cut short is shown as far as it came")
{
    auto cut = request12({issuing_ca, root_ca}, observation::Stage::renegotiation);
    cut.complete = false;
    const auto run = Run{}.saw(Seen{tls12}.asked(cut).http_requested().ended(observation::Outcome::reset));

    CHECK(run.facts().request.status == verdict::RequestStatus::undetermined);
    CHECK(contains(text_of(run, {.color = false, .width = 200}), "with 2 names before the connection broke off\n"));
    CHECK(contains(text_of(run), "Trusted issuer list of observation 0, as far as it came: 2 names"));
}

TEST_CASE("every candidate has its row, whatever became of it")
{
    const auto text = text_of(sample("candidates"));

    CHECK(contains(text, "  accepted  alice.pem\n"));
    CHECK(contains(text, "  REFUSED   expired.pem\n"));
    CHECK(contains(text, "  unclear   mallory.pem\n"));
    CHECK(contains(text, "  not tried alice.pem\n"));
    CHECK(contains(text, "not presented: the key is another one's"));
    CHECK(contains(text, "not presented: no private key"));
    CHECK(contains(text_of(sample("no-request")), "  not asked alice.pem\n"));
}

TEST_CASE("a certificate that stayed at home is not shown as sent")
{
    const auto asked = Seen{tls13}.asked({issuing_ca});
    const report::TextStyle wide{.color = false, .width = 200};

    CHECK(contains(text_of(Run{}.saw(Seen{asked}.http(400)).tries("alice", Seen{asked}.http(400)), wide),
                   "HTTP 400, with alice.pem (not sent)\n"));
    CHECK(contains(text_of(Run{}.saw(Seen{asked}.http(400)).tries("alice", Seen{asked}.sent().http(400)), wide),
                   "HTTP 400, with alice.pem\n"));
}

TEST_CASE("a version that breaks off is told beside the one that was read")
{
    const auto run = Run{}
                         .saw(Seen{tls13}.alert(wire::AlertDescription::internal_error, observation::Phase::handshake))
                         .saw(Seen{tls12}.asked({issuing_ca}).http(400));

    CHECK(contains(text_of(run, {.color = false, .width = 200}),
                   "  note        TLS 1.3 breaks off before that: alert internal_error (80) from the server in the "
                   "handshake (observation 0)."));
    CHECK(contains(text_of(run), "Trusted issuer list: 1 name"));
}

TEST_CASE("what a baseline says of the door stands beside what it is now")
{
    const verdict::Baseline then{"good.json",
                                 "2026-05-01T00:00:00Z",
                                 {Seen{tls13}.asked({issuing_ca}).http(403).get()},
                                 "/",
                                 verdict::Attempt{0, verdict::AttemptResult::rejected, std::nullopt}};
    const auto run = Run{}.saw(Seen{tls13}.asked({issuing_ca}).http(200)).since(then);

    CHECK(contains(text_of(run, {.color = false, .width = 200}),
                   "  required    no; without a certificate: HTTP 200 OK; in the baseline: HTTP 403 Forbidden\n"));
}

TEST_CASE("commands stand alone on their lines to be pasted")
{
    const auto all = lines(text_of(sample("lost-ctl-store")));

    CHECK(std::any_of(all.begin(), all.end(), [](const std::string& line) {
        return line.starts_with("    netsh http update sslcert hostnameport=server.test:8443 certhash=") &&
               line.ends_with("dsmapperusage=AS_SHOWN");
    }));
}

TEST_CASE("commands that several findings share are printed once")
{
    const auto text = text_of(sample("lost-ctl-store"));
    const auto count = [&](std::string_view part) {
        std::size_t found = 0;
        for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
            ++found;
        }
        return found;
    };

    CHECK(count("    netsh http show sslcert\n") == 1);
    CHECK(count("    netsh http update sslcert hostnameport=server.test:8443 ") == 1);
    CHECK(count("What stands above is not repeated.") == 1);
}

TEST_CASE("a server that says what it is gets its own remedies and the others behind -v")
{
    const auto run = [](const std::string& header) {
        return Run{}.saw(Seen{tls13}.asked({root_ca}).http(403, header)).expects({issuing_ca});
    };

    const auto nginx = text_of(run("nginx/1.22"));
    CHECK(contains(nginx, "ssl_client_certificate"));
    CHECK_FALSE(contains(nginx, "netsh"));
    CHECK(contains(nginx, "-v"));

    const auto unknown = text_of(run(""));
    for (const std::string server : {"iis", "nginx", "apache", "haproxy"}) {
        CHECK(contains(unknown, "\n   fix (" + server + "): "));
    }
    CHECK_FALSE(contains(unknown, "\n    bind"));
    CHECK_FALSE(contains(unknown, "\n    netsh"));
    CHECK(contains(text_of(run(""), {.color = false, .width = 80, .verbose = true}), "\n    netsh"));
    CHECK(contains(text_of(run("nginx/1.22"), {.color = false, .width = 80, .verbose = true}), "netsh"));
}

TEST_CASE("a cause stands in full and what follows from it in a line each")
{
    const auto run = [] {
        const auto asked = [] { return Seen{tls13}.asked(public_roots); };
        return Run{}
            .saw(asked().http(403, "Microsoft-IIS/10.0"))
            .expects({issuing_ca})
            .tries("alice", asked().sent().http(403, "Microsoft-IIS/10.0"));
    };
    const auto all = lines(text_of(run()));
    const auto starting = [&](const std::string& start) {
        return std::count_if(all.begin(), all.end(), [&](const std::string& line) { return line.starts_with(start); });
    };

    CHECK(contains(all[2] + " " + all[3], "; the server refuses alice.pem: HTTP 403"));
    CHECK(all[5] == "critical  ctl-store-lost");
    CHECK(starting("critical  ") == 1);
    CHECK(starting("   critical  expected-issuer-missing: An expected CA is not in the list") == 1);
    CHECK(starting("   critical  issuer-not-advertised: ") == 1);
    CHECK(starting("   critical  rejected-by-http: The server refuses alice.pem: HTTP 403") == 1);
    CHECK(starting("   warning   unexpected-issuer: The list holds 5 names that were not expected") == 1);
    CHECK(all.size() <= 68);

    const auto verbose = text_of(run(), {.color = false, .width = 80, .verbose = true});
    CHECK(contains(verbose, "\ncritical  expected-issuer-missing\n"));
    CHECK(contains(verbose, "see: RFC 8446"));
    CHECK_FALSE(contains(text_of(run()), "see: "));
}

TEST_CASE("notes take a line each and fix nothing")
{
    const auto text = text_of(sample("late"));

    CHECK(contains(text, "\n   info      late-certificate-request: "));
    CHECK_FALSE(contains(text, "fix"));
}

TEST_CASE("how a connection ended has a column of its own, or a line where that would be narrow")
{
    const auto stays_silent = Seen{tls13}.asked({issuing_ca}).ended(observation::Outcome::closed);
    const auto text = [&](int width) { return text_of(Run{}.saw(stays_silent), {.color = false, .width = width}); };

    const auto row = [](const std::string& all) { return all.substr(all.find("\n   0  server.test")); };
    CHECK(contains(row(text(80)), "asked, 1 name  connection closed"));
    for (const int width : {60, 80, 120}) {
        CAPTURE(width);
        const std::string all = row(text(width));
        for (const std::string& line : lines(all)) {
            CHECK(line.size() <= static_cast<std::size_t>(width));
        }
    }
    CHECK(contains(row(text(60)), "asked, 1 name\n"));
}

TEST_CASE("connections that were made alike and ended alike share a line")
{
    const auto seen = Seen{tls13}.asked({issuing_ca}).http(403);
    const auto run = Run{}.saw(seen).saw(seen).saw(Seen{seen}.sni(std::nullopt));

    CHECK(contains(text_of(run),
                   "Connections to 127.0.0.1:8443\n   0  server.test  TLS 1.3  asked, 1 name  HTTP 403 (2 "
                   "times)\n   2  no SNI "));
    CHECK(contains(text_of(run, {.color = false, .width = 80, .verbose = true}), "\n   1  server.test"));
}

TEST_CASE("verbose shows each message")
{
    const auto text = text_of(sample("healthy"), {.color = false, .width = 80, .verbose = true});

    CHECK(contains(text, "server  CertificateRequest, 100 bytes\n"));
    CHECK_FALSE(contains(text_of(sample("healthy")), "CertificateRequest, 100 bytes"));
}

TEST_CASE("client programs that disagree stand against the candidates, a line for those that do the same")
{
    const Names names{certificate("other-root").subject()};
    const auto run = Run{}
                         .saw(Seen{tls13}.asked(names).http(403))
                         .tries("alice", Seen{tls13}.asked(names).sent().http(403))
                         .tries("mallory", Seen{tls13}.asked(names).sent().http(200));
    const std::string text = text_of(run, {.width = 120});

    CHECK(contains(text, "What client programs would do (* from documentation, not run; -v says why)"));
    CHECK(contains(text, "  1  alice.pem\n  2  mallory.pem\n  1      2\n  sends  sends  openssl, curl, python, "));
    CHECK(contains(text, "  no     sends  gnutls, wget, go, java-sunx509, java-newsunx509\n"));
    CHECK(contains(text, "  ?      sends  nss, firefox, chromium-linux, "));
    CHECK(contains(text, "clients  10 of 25 programs would send it, 5 would not, 10 might"));
    CHECK(
        contains(text_of(run, {.width = 120, .verbose = true}),
                 "no     go, go-1.25*: no certificate of the configured chain was issued by a listed authority; Go "));
}

TEST_CASE("client programs that agree take half a line")
{
    const Names names{certificate("mallory").issuer()};
    const std::string text = text_of(
        Run{}.saw(Seen{tls13}.asked(names).http(403)).tries("mallory", Seen{tls13}.asked(names).sent().http(200)));

    CHECK(contains(text, "24 of 25 programs would send it, 1 might"));
    CHECK(!contains(text, "What client programs would do"));
}

TEST_CASE("what follows for several candidates stands under each cause with those whom it explains")
{
    const Names names{issuing_ca, root_ca};
    const auto asked = Seen{tls13}.asked(names);
    const auto refused = Seen{asked}.sent().http(400, "nginx");
    const auto text =
        text_of(Run{}.saw(Seen{asked}.http(400, "nginx")).tries("mallory", refused).tries("expired", refused));

    const auto expired = text.find("critical  certificate-expired");
    const auto untrusted = text.find("critical  untrusted-by-server");
    REQUIRE(expired < untrusted);
    REQUIRE(untrusted != std::string::npos);
    const auto first = text.substr(expired, untrusted - expired);
    CHECK(contains(first, "critical  rejected-by-http: expired.pem"));
    CHECK_FALSE(contains(first, "mallory.pem"));
    CHECK(contains(text.substr(untrusted), "critical  rejected-by-http: mallory.pem"));
}
