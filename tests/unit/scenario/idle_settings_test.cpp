#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "harness/scenario/scenario.hpp"
#include "mistakes.hpp"

using namespace mtls;
using mistakes::check;
using mistakes::complaint;
using mistakes::Row;

namespace {

std::string server(const std::string& personality, const std::string& more)
{
    return "summary = 'x'\npersonality = '" + personality + "'\n[[listener]]\n" + more;
}

const std::string iis_head = "summary = 'x'\npersonality = 'iis'\n";
const std::string late = "[[iis.binding]]\nipport = '0.0.0.0'\nnegotiate = false\n";
const std::string early = "[[iis.binding]]\nipport = '0.0.0.0'\n";

} // namespace

TEST_CASE("a listener's setting that would do nothing is a mistake, at its key")
{
    const std::string none = server("strict", "client_certificate = 'none'\n");
    const std::string any = server("nginx", "client_certificate = 'unverified'\n");

    check({
        {none + "alert = 'unknown_ca'\n", "s.toml:5:1: ", "alert would do nothing: client_certificate = \"none\""},
        {none + "ask = 'late'\n", "s.toml:5:1: ", "ask would do nothing"},
        {none + "certificate_types = ['rsa_sign']\n", "s.toml:5:1: ", "certificate_types would do nothing"},
        {none + "trust = ['root']\n", "s.toml:5:1: ", "trust would do nothing"},
        {any + "verify_depth = 1\n", "s.toml:5:1: ", "takes any certificate"},
        {server("nginx", "refusal = 'close'\n"), "s.toml:4:1: ", "nginx refuses with HTTP 400"},
        {server("nginx", "http = false\n"), "s.toml:4:1: ", "let everybody in"},
        {server("strict", "paths = ['/a']\n"), "s.toml:4:1: ", "before there is a path"},
        {server("apache", "ask = 'impossible'\nadvertise = ['root']\n"), "s.toml:5:1: ", "never asks"},
        {server("strict", "tls = ['1.3']\ncertificate_types = ['rsa_sign']\n"), "s.toml:5:1: ", "TLS 1.3 has none"},
        {server("strict", "tls = ['1.1']\nsignature_algorithms = ['ed25519']\n"), "s.toml:5:1: ", "have none"},
        {server("strict", "name = 'a'\n[[listener]]\nback_end_of = 'a'\naddress = '127.0.0.2'\n"),
         "s.toml:7:1: ", "no socket of its own"},
    });
}

TEST_CASE("a setting of an IIS that would do nothing is a mistake, at its key")
{
    check({
        {iis_head + "[[listener]]\ntls = ['1.2', '1.3']\n[iis]\nwindows = '2016'\n" + early,
         "s.toml:4:15: ", "Windows 2016 speaks no TLS 1.3 (2022 and 2025 do)"},
        {iis_head + "[iis]\nwindows = '2019'\nlate_tls13 = '500'\n" + late, "s.toml:5:1: ", "Windows 2019 speaks no"},
        {iis_head + "[iis]\nwindows = '2012'\n" + early + "disable_tls13 = true\n", "s.toml:7:1: ", "Windows 2012"},
        {iis_head + "[iis]\nwindows = '2008R2'\n[[iis.binding]]\nhostnameport = 'a.test'\n",
         "s.toml:6:1: ", "Windows 2008R2 binds to addresses only (ipport)"},
        {iis_head + "[iis]\nwindows = '2008R2'\n[[iis.binding]]\ncentral_store = true\n",
         "s.toml:6:1: ", "only (ipport)"},
        {iis_head + "[iis]\nlate_tls13 = '500'\n" + early, "s.toml:4:1: ", "every binding asks in the handshake"},
        {iis_head + "[iis]\nupload_read_ahead_size = 1\n" + early, "s.toml:4:1: ", "negotiate = false asks late"},
        {iis_head + "[iis]\nlate_tls13 = '500'\n" + late + "[iis.access]\n'/' = 'none'\n",
         "s.toml:4:1: ", "[iis.access] wants no certificate"},
        {iis_head + "[iis]\nlate_tls13 = '500'\n" + late + "disable_tls13 = true\n", "s.toml:4:1: ", "TLS 1.3 is off"},
        {iis_head + "[[listener]]\ntls = ['1.2']\n[iis]\nlate_tls13 = '500'\n" + late, "s.toml:6:1: ", "is off"},
        {iis_head + "[[listener]]\ntls = ['1.3']\n[iis]\nupload_read_ahead_size = 1\n" + late,
         "s.toml:6:1: ", "TLS 1.3 has no renegotiation"},
        {iis_head + "[iis]\nrevocation_offline = true\n" + early + "verify_revocation = false\n",
         "s.toml:4:1: ", "no binding checks revocation"},
        {iis_head + "[iis]\nrevocation_offline = true\ncrls = ['root']\n" + early, "s.toml:5:1: ", "finds none"},
    });
}

TEST_CASE("a binding that leaves a listener without a version is a mistake")
{
    check({{iis_head + "[[listener]]\ntls = ['1.3']\n" + early + "disable_tls13 = true\n",
            "s.toml:7:1: ", "no version is left"}});
}

TEST_CASE("a setting of a raw server that would do nothing is a mistake, at its key")
{
    const std::string at = "at = 'after_server_hello'\n";
    const std::string close = at + "fault = 'close'\n";

    check({
        {server("raw", at + "[raw]\nstall = 'after_certificate'\n"), "s.toml:6:1: ", "an at of its own"},
        {server("raw", at + "[raw]\nendless = true\n"), "s.toml:4:1: ", "goes before it"},
        {server("raw", at + "[raw]\ninstead = 'no'\n"), "s.toml:4:1: ", "at would do nothing: instead is said"},
        {server("raw", "tls = ['1.2']\n[raw]\ninstead = 'no'\n"), "s.toml:4:1: ", "no TLS"},
        {server("raw", "[raw]\ninstead = 'no'\nstall = 'after_certificate'\n"), "s.toml:6:1: ", "stall would do"},
        {server("raw", "[raw]\nendless = true\nstall = 'after_certificate'\n"), "s.toml:6:1: ", "for ever"},
        {server("raw", "[raw]\ninstead = 'no'\n[raw.request]\ncontext = '00'\n"), "s.toml:6:6: ", "request would do"},
        {server("raw", at + "fault = 'slow'\n[raw]\nbyte_interval_ms = 5\n"), "s.toml:5:1: ", "the pace"},
        {server("raw", "tls = ['1.1']\nat = 'within_http_head'\n"), "s.toml:5:6: ", "only TLS 1.2 and 1.3"},
        {server("raw", "tls = ['1.1']\n[raw]\nstall = 'after_client_certificate'\n"), "s.toml:6:9: ", "only TLS 1.2"},
        {server("raw", "[raw.request]\nbody = ''\nauthorities = ['root']\n"), "s.toml:6:1: ", "the whole request"},
        {server("raw", "[raw.request]\nbody = ''\nmalformation = 'list_too_long'\n"), "s.toml:6:1: ", "the whole"},
        {server("raw", "tls = ['1.3']\n[raw.request]\ncertificate_types = '01'\n"), "s.toml:6:1: ", "TLS 1.3 has none"},
        {server("raw", "tls = ['1.1']\n[raw.request]\nsignature_algorithms = '0401'\n"), "s.toml:6:1: ", "have none"},
        {server("raw", "tls = ['1.2']\n[raw.request]\ncontext = '00'\n"), "s.toml:6:1: ", "only TLS 1.3"},
        {server("raw", "[raw.request]\nmalformation = 'entry_too_long'\n"), "s.toml:5:1: ", "there is no entry"},
        {server("raw", "[raw.request]\nmalformation = 'duplicate_extension'\n"), "s.toml:5:1: ", "are left out"},
        {server("raw", "tls = ['1.3']\n[raw.request]\nmalformation = 'list_too_long'\n"), "s.toml:6:1: ", "no list"},
        {server("raw", "[raw.request]\nmalformation = 'missing_algorithms'\nsignature_algorithms = '0401'\n"),
         "s.toml:6:1: ", "leaves them out"},
        {server("raw", "tls = ['1.0']\n[raw.request]\nmalformation = 'missing_algorithms'\n"),
         "s.toml:6:1: ", "have no algorithms"},
    });
    CHECK(complaint(server("raw", close + "[[listener]]\nname = 'b'\n[raw]\nstall = 'after_certificate'\n")).empty());
    CHECK(complaint(server("raw", "[raw.request]\nbody = ''\nmalformation = 'giant_length'\n")).empty());
}

TEST_CASE("what follows from another mistake is not told as one of its own")
{
    check({
        {server("strict", "ask = 'lat'\npaths = ['/a']\n"), "s.toml:4:7: ", "ask must be one of"},
        {server("strict", "tls = ['1.4']\ncertificate_types = ['rsa_sign']\n"), "s.toml:4:8: ", "tls must be"},
        {"summary = 'x'\npersonality = 'ngins'\n[[listener]]\npaths = ['/a']\n", "s.toml:2:15: ", "personality must"},
        {iis_head + "[iis]\nlate_tls13 = '500'\n[[iis.binding]]\nipport = '0.0.0.0'\nnegotiate = 'no'\n",
         "s.toml:7:13: ", "true or false"},
    });
}
