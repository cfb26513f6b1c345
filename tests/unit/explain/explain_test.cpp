#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "probe/explain/explain.hpp"

using namespace mtls;

namespace {

/// The codes of all readings, "?" for what is not known: "403.16 0x800B0109".
std::string codes(const std::vector<std::string>& arguments)
{
    std::string all;
    for (const explain::Answer& answer : explain::explain(arguments)) {
        if (answer.pages.empty()) {
            all += "? ";
        }
        for (const explain::Page& page : answer.pages) {
            all += page.code + " ";
        }
    }
    return all.empty() ? all : all.substr(0, all.size() - 1);
}

} // namespace

TEST_CASE("what people type is split into codes")
{
    struct Row {
        std::vector<std::string> arguments;
        const char* codes = "";
    };

    const Row rows[] = {
        {{"403.16"}, "403.16"},
        {{"403.16", "48"}, "403.16 48"},
        {{"403", "16"}, "403.16"},
        {{"403 16"}, "403.16"},
        {{"403", "16", "2148204809"}, "403.16 0x800B0109"},
        {{"403 16 2148204809"}, "403.16 0x800B0109"},
        {{"403 16 2148204809 453"}, "403.16 0x800B0109"},
        {{"403 7 5 19"}, "403.7 5"},
        {{"alert", "48"}, "48"},
        {{"alert 48"}, "48"},
        {{"Alert", "unknown_ca"}, "48"},
        {{"alert unknown CA"}, "48"},
        {{"alert", "255"}, "?"},
        {{"alert", "109"}, "109"},
        {{"event", "36870"}, "36870"},
        {{"Schannel Event ID: 36887"}, "36887"},
        {{"http", "403"}, "403"},
        {{"UNKNOWN-CA"}, "48"},
        {{"cert_e_untrustedroot"}, "0x800B0109"},
        {{"403.16,"}, "403.16"},
        {{"foo"}, "?"},
        {{"foo", "48"}, "? 48"},
        {{""}, "?"},
        {{" "}, "?"},
        {{"48", "unknown_ca"}, "48"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.arguments.front());
        CHECK(codes(row.arguments) == row.codes);
    }
}

TEST_CASE("codes are picked out of a sentence, and the rest of it is passed over")
{
    CHECK(
        codes({"error:0A000418:SSL routines::tlsv1 alert unknown ca:../ssl/record/rec_layer_s3.c:1586:SSL alert number "
               "48"}) == "48");
    CHECK(codes({"HTTP Error 403.7 - Forbidden"}) == "403.7");
    CHECK(codes({"The SSL client certificate was rejected (native error code: 0x109) on 3 of 12 tries"}) ==
          "0x800B0109");
    CHECK(codes({"curl: (56) schannel: failed to decrypt data, SEC_E_UNTRUSTED_ROOT (0x80090325)"}) == "0x80090325");
    CHECK(codes({"A fatal alert was received. The TLS protocol defined fatal alert code is 46."}) == "46");
    CHECK(codes({"nothing in here, 42 times"}) == "?");
}

TEST_CASE("a number in a sentence is a code only where the words before it say so, or it can be nothing else")
{
    struct Row {
        const char* sentence;
        const char* codes;
    };

    const Row rows[] = {
        {"Fri Nov 27 07:14:16 2026 alert unknown ca", "48"},
        {"Nov 27 2026 10:00:00 w3wp: native error code 0x109", "0x800B0109"},
        {"[Fri Nov 27 07:14:16.924685 2026] [ssl:info] [pid 403:tid 500] [client 127.0.0.1:12044] AH02276: Certificate "
         "Verification: Error (20): unable to get local issuer certificate [subject: CN=403.16 / notbefore: Nov 26 "
         "2026 "
         "GMT / notafter: Feb 4 2029 GMT]",
         "20"},
        {"2026/11/27 08:02:09 [info] 8201#8201: *12044 client sent no required SSL certificate, client: 127.0.0.1",
         "client sent no required SSL certificate"},
        {"12044 requests on port 12175", "?"},
        {"the request failed with error 12044", "12044"},
        {"WinHTTP error code: 12175", "12175"},
        {"it failed: 2148204809 and 800B0109", "0x800B0109"},
        {"ssl error 20, hr=0x80090325", "0x80090325"},
        {"[pid 403:tid 400] Bad weather", "?"},
        {"ah, oh, beach", "?"},
        {"HTTP 403", "403"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.sentence);
        CHECK(codes({row.sentence}) == row.codes);
    }
}

TEST_CASE("codes of browsers, of NSS and of Apache are names like others")
{
    CHECK(codes({"AH02276"}) == "AH02276");
    CHECK(codes({"ah02039"}) == "AH02039");
    CHECK(codes({"net::ERR_BAD_SSL_CLIENT_AUTH_CERT"}) == "ERR_BAD_SSL_CLIENT_AUTH_CERT");
    CHECK(codes({"SSL_ERROR_BAD_CERT_ALERT"}) == "42");
    CHECK(codes({"SSL_ERROR_RX_CERTIFICATE_REQUIRED_ALERT"}) == "116");
    CHECK(codes({"SSL_ERROR_UNKNOWN_CA_ALERT"}) == "48");
    CHECK(codes({"SSL_ERROR_NO_CERTIFICATE"}) == "SSL_ERROR_NO_CERTIFICATE");
    CHECK(codes({"AH99999"}) == "?");
    CHECK(codes({"verify", "47"}) == "47");
    CHECK(codes({"68"}) == "68"); // it can be nothing else
}
