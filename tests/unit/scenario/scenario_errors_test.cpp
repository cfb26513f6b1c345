#include <doctest/doctest.h>

#include <string>

#include "harness/scenario/scenario.hpp"
#include "mistakes.hpp"

using namespace mtls;
using mistakes::check;
using mistakes::complaint;
using mistakes::Row;

namespace {

const std::string head = "summary = 'x'\npersonality = 'strict'\n";
const std::string listener = head + "[[listener]]\ntrust = ['root']\n";
const std::string iis = "summary = 'x'\npersonality = 'iis'\n[[iis.binding]]\nipport = '0.0.0.0'\n";

} // namespace

TEST_CASE("a mistake in a scenario is reported with file, line and column")
{
    const std::vector<Row> rows{
        {"summary = ", "s.toml:1:", ""},
        {"personality = 'strict'\n[[listener]]\n", "s.toml:1:1: ", "summary is missing"},
        {"summary = 'x'\n[[listener]]\n", "s.toml:1:1: ", "personality is missing"},
        {"summary = 1\npersonality = 'strict'\n[[listener]]\n", "s.toml:1:11: ", "a string"},
        {"summary = 'x'\npersonality = 'iss'\n[[listener]]\n", "s.toml:2:15: ", "one of iis, strict"},
        {head, "s.toml:1:1: ", "[[listener]] is missing"},
        {listener + "colour = 'red'\n", "s.toml:5:1: ", "unknown key 'colour'"},
        {head + "colour = 'red'\n[[listener]]\n", "s.toml:3:1: ", "unknown key 'colour'"},
        {listener + "tls = ['1.4']\n", "s.toml:5:8: ", "1.0, 1.1"},
        {listener + "tls = []\n", "s.toml:5:7: ", "must name a version"},
        {listener + "http = 'yes'\n", "s.toml:5:8: ", "true or false"},
        {listener + "filler = -1\n", "s.toml:5:10: ", "whole number"},
        {listener + "advertise = 'root'\n", "s.toml:5:13: ", "list of strings"},
        {listener + "advertise = [1]\n", "s.toml:5:14: ", "list of strings"},
        {listener + "advertise = ['root', 'nobody']\n", "s.toml:5:22: ", "no certificate is called 'nobody'"},
        {listener + "advertise = ['alice']\n", "s.toml:5:14: ", "'alice' is a client, not an authority"},
        {listener + "certificate = 'alice'\n", "s.toml:5:15: ", "not a server"},
        {listener + "alert = 'access'\n", "s.toml:5:9: ", "unknown_ca"},
        {listener + "address = '192.0.2.1'\n", "s.toml:5:11: ", "127.0.0.0/8"},
        {listener + "address = '127.0.0.one'\n", "s.toml:5:11: ", "127.0.0.0/8"},
        {listener + "ask = 'late'\nhttp = false\n", "s.toml:5:7: ", "needs HTTP"},
        {listener + "alert = 'access_denied'\n", "s.toml:5:9: ", "needs tls = [\"1.2\"]"},
        {listener + "tls = ['1.2']\nask = 'late'\nalert = 'access_denied'\n", "s.toml:7:9: ", "in the handshake"},
        {listener + "certificate_types = ['rsa']\n", "s.toml:5:22: ", "cannot hold 'rsa'"},
        {listener + "signature_algorithms = ['RSA']\n", "s.toml:5:25: ", "cannot hold 'RSA'"},
        {listener + "back_end_of = 'main'\n", "s.toml:5:15: ", "no listener with a socket is called 'main' above"},
        {listener + "[[listener]]\n", "s.toml:5:", "two listeners are called 'main'"},
        {listener + "[iis]\n", "s.toml:5:", "only for the personality iis"},
        {"summary = 'x'\npersonality = 'iis'\n", "s.toml:2:15: ", "needs an [iis] table"},
        {iis + "[[iis.binding]]\n", "s.toml:5:", "one of ipport, hostnameport"},
        {"summary = 'x'\npersonality = 'iis'\n[[iis.binding]]\n[[iis.binding]]\nipport = '0.0.0.0'\n",
         "s.toml:3:", "one of ipport, hostnameport"},
        {iis + "[[iis.binding]]\nhostnameport = \"a\\u001b[2J\"\n", "s.toml:6:16: ", "'a\\1B[2J' is no name"},
        {"summary = 'x'\npersonality = 'iis'\n[iis]\n", "s.toml:3:", "[[iis.binding]] is missing"},
        {iis + "hostnameport = 'a'\n", "s.toml:3:", "one of ipport, hostnameport"},
        {iis + "[[iis.binding]]\nipport = '0.0.0.0'\n", "s.toml:5:", "two bindings are for the same address"},
        {iis + "[[iis.binding]]\nipport = '0.0.0.0:443'\n", "s.toml:6:10: ", "is no address"},
        {iis + "[[iis.binding]]\nhostnameport = 'a.test:443'\n", "s.toml:6:16: ", "is no name"},
        {iis + "[[iis.binding]]\nhostnameport = 'a.test'\ncertificate = 'sever'\n",
         "s.toml:7:15: ", "no certificate is called 'sever' (did you mean 'server'?)"},
        {iis + "[[listener]]\ntrust = ['root']\n", "s.toml:6:1: ", "unknown key 'trust'"},
        {iis + "[iis.registry]\nClientAuthTrustMode = 3\n", "s.toml:6:23: ", "0, 1 or 2"},
        {iis + "[iis.registry]\nSendTrustedIssuerList = 2\n", "s.toml:6:25: ", "0 or 1"},
        {iis + "[iis.registry]\nSendTrustedIssuers = 1\n", "s.toml:6:1: ", "unknown key"},
        {iis + "[iis.access]\n'/' = 'none'\n[[listener]]\nfiller = 3\n", "s.toml:8:1: ", "unknown key 'filler'"},
        {"summary = 'x'\npersonality = 'iis'\n[iis]\nself_hosted = true\ndetailed_errors = true\n"
         "[[iis.binding]]\nipport = '0.0.0.0'\n",
         "s.toml:5:19: ", "no error pages"},
        {iis + "ctl_store_name = 'CTL'\n", "s.toml:5:18: ", "no store in [iis.stores] is called 'CTL'"},
        {iis + "ctl_store_name = 'CTL'\n[iis.stores]\nOther = []\n", "s.toml:5:18: ", "called 'CTL'"},
        {iis + "[iis.filler]\nRoot = 2001\n", "s.toml:6:8: ", "at most 2000"},
        {iis + "[iis.filler]\nRoot = 'many'\n", "s.toml:6:8: ", "whole number"},
        {iis + "[iis.stores]\nRoot = ['nobody']\n", "s.toml:6:9: ", "no certificate"},
        {iis + "[iis.access]\nprivate = 'require'\n", "s.toml:6:1: ", "starts with '/'"},
        {iis + "[iis.access]\n'/' = 'maybe'\n", "s.toml:6:7: ", "none, accept, require"},
        {listener + "[try]\nlistener = 'side'\n", "s.toml:6:12: ", "no listener with a socket is called 'side'"},
        {listener + "[try]\ncandidates = ['root']\n", "s.toml:6:15: ", "not a client"},
        {listener + "[try]\npath = 'x'\n", "s.toml:6:8: ", "starts with '/'"},
        {listener + "[try]\nupload = 16777217\n", "s.toml:6:10: ", "at most 16777216"},
        {listener + "[expect]\nverdict = 'fine'\n", "s.toml:6:11: ", "ok, warning, critical"},
        {listener + "[expect]\nverdict = 'critcal'\n", "s.toml:6:11: ", "(did you mean 'critical'?)"},
        {listener + "[expect]\nexit = 4\n", "s.toml:6:8: ", "from 0 to 3"},
        {listener + "[expect]\nlist = ['root', 'rot']\n", "s.toml:6:17: ", "(did you mean 'root'?)"},
        {listener + "[expect]\nfindings = ['duplicate-issuer', 'ctl-store-last']\n",
         "s.toml:6:33: ", "no finding is called 'ctl-store-last' (did you mean 'ctl-store-lost'?)"},
        {listener + "[expect]\nno_findings = ['nothing']\n", "s.toml:6:16: ", "no finding is called 'nothing'"},
        {listener + "[expect]\nrequest_error = { reason = 'trunkated' }\n", "s.toml:6:28: ", "'truncated'?"},
        {listener + "[try]\ncandidates = ['alice']\n[expect.candidates]\nalcie = { result = 'accepted' }\n",
         "s.toml:8:1: ", "'alcie' is not a candidate of [try] (did you mean 'alice'?)"},
        {listener + "[try]\ncandidates = ['alice']\n[expect.candidates]\nalice = { result = 'acepted' }\n",
         "s.toml:8:20: ", "(did you mean 'accepted'?)"},
        {listener + "advertize = ['root']\n", "s.toml:5:1: ", "unknown key 'advertize' (did you mean 'advertise'?)"},
        {listener + "[expect.candidates]\nalice = { result = 'accepted' }\n", "s.toml:6:1: ", "not a candidate"},
        {listener + "[try]\ncandidates = ['alice']\n[expect.candidates]\nalice = 'accepted'\n",
         "s.toml:8:9: ", "a table"},
        {listener + "[[pki.client]]\nname = 'bob'\nissuer = 'nobody'\n", "s.toml:7:", "nobody"},
        {listener + "[[pki.client]]\nname = 'bob'\ncolour = 'red'\n", "s.toml:7:", "colour"},
        {listener + "[[pki.person]]\nname = 'bob'\n", "s.toml:5:", "person"},
        {listener + "[pki]\nclient = [{name = 'bob'}]\n", "s.toml:6:", "[[pki.client]]"},
    };

    check(rows);
}

TEST_CASE("all mistakes of a scenario are told at once, in the order of the file")
{
    const std::string text = "summary = 'x'\n"                                            // 1
                             "personality = 'stict'\n"                                    // 2
                             "colour = 'red'\n"                                           // 3
                             "[[listener]]\n"                                             // 4
                             "trust = ['root', 'rot', 'bobs-root']\n"                     // 5
                             "tls = ['1.2', '1.5']\n"                                     // 6
                             "[try]\n"                                                    // 7
                             "candidates = ['bob', 'alise']\n"                            // 8
                             "[[pki.client]]\n"                                           // 9
                             "name = 'bob'\n"                                             // 10
                             "key = 'rsa'\n"                                              // 11
                             "[[pki.authority]]\n"                                        // 12
                             "name = 'bobs-root'\n"                                       // 13
                             "[expect]\n"                                                 // 14
                             "findings = ['rejected-by-allert', 1, 'rejected-by-htp']\n"; // 15

    CHECK(complaint(text) ==
          "s.toml:2:15: personality must be one of iis, strict, nginx, apache, raw (did you mean 'strict'?)\n"
          "s.toml:3:1: unknown key 'colour'\n"
          "s.toml:5:18: no certificate is called 'rot' (did you mean 'root'?)\n"
          "s.toml:6:15: tls must be a list of 1.0, 1.1, 1.2, 1.3\n"
          "s.toml:8:22: no certificate is called 'alise' (did you mean 'alice'?)\n"
          "s.toml:11:7: key: \"rsa\" is none of rsa-2048 rsa-3072 rsa-1024 ec-p256 ec-p384 ed25519\n"
          "s.toml:15:13: no finding is called 'rejected-by-allert' (did you mean 'rejected-by-alert'?)\n"
          "s.toml:15:35: findings must be a list of strings\n"
          "s.toml:15:38: no finding is called 'rejected-by-htp' (did you mean 'rejected-by-http'?)");
}

TEST_CASE("what cannot be shown is escaped once, and a backslash is no escape")
{
    CHECK(complaint(listener + "advertise = [\"\\u001b[2J\"]\n") == "s.toml:5:14: no certificate is called '\\1B[2J'");
    CHECK(complaint(listener + "\"\\u001b\" = 1\n") == "s.toml:5:1: unknown key '\\1B'");
    CHECK(complaint(listener + "advertise = ['a\\1B']\n") == "s.toml:5:14: no certificate is called 'a\\5C1B'");
    CHECK(complaint(listener + "[[pki.client]]\nname = \"\\u001b\"\n").find("5C1B") == std::string::npos);
    CHECK(complaint(iis + "[iis.filler]\n\"\\u001b\" = 2001\n") == "s.toml:6:12: \\1B must be at most 2000");
}

TEST_CASE("a key that is there twice is shown where it stands the second time")
{
    const std::vector<std::pair<std::string, std::string>> rows{
        {"summary = 'x'\nsummary = 'y'\n", "s.toml:2:1: the key 'summary' is there already"},
        {"summary = 'x'\n  summary   =   'y'\n", "s.toml:2:3: the key 'summary' is there already"},
        {"summary = 'x'\n\"summary\" = 'y'\n", "s.toml:2:1: the key '\"summary\"' is there already"},
        {"\"a\\\"b\" = 'x'\n \"a\\\"b\" = 'y'\n", "s.toml:2:2: the key '\"a\\5C\"b\"' is there already"},
        {"try . path = 'x'\ntry . path = 'y'\n", "s.toml:2:1: the key 'try . path' is there already"},
        {"registry = { a = 1, \"\u00fc\" = 2, a = 3 }\n", "s.toml:1:30: the key 'a' is there already"},
    };
    for (const auto& [text, said] : rows) {
        CHECK(complaint(text) == said);
    }
    CHECK(complaint("[try]\npath = '/'\n[try]\npath = '/'\n").starts_with("s.toml:3:1: "));
    CHECK(complaint("a = { b = 1 }\na.c = 1\n").starts_with("s.toml:2:1: "));
}

TEST_CASE("a scenario file that cannot be read is named")
{
    CHECK_THROWS_WITH_AS((void)scenario::load_scenario("/nonexistent/x.toml"),
                         "read /nonexistent/x.toml: No such file or directory", x509::ConfigError);
}
