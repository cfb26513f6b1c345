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
