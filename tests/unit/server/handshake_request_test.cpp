#include <doctest/doctest.h>

#include "stand.hpp"

using stand::issued;
using stand::Stand;
using stand::subjects;
using Lists = std::vector<std::vector<mtls::x509::Der>>;

namespace {

constexpr auto strict = R"(
personality = "strict"
[[listener]]
tls = ["1.0", "1.1", "1.2", "1.3"]
client_certificate = "optional"
trust = ["root"]
intermediates = ["intermediate"]
advertise = ["intermediate", "root", "public-root-4", "root"]
)";

constexpr auto iis = R"(
personality = "iis"
[iis]
registry = { SendTrustedIssuerList = 1, ClientAuthTrustMode = 2 }
[iis.stores]
Root = ["public-root-1", "public-root-2"]
CTL = ["intermediate"]
[[iis.binding]]
hostnameport = "www.example.test"
ctl_store_name = "CTL"
[[iis.binding]]
ipport = "0.0.0.0"
)";

} // namespace

TEST_CASE("the list sent is the list configured, in order, in every version of TLS")
{
    Stand stand{strict};

    for (const int version : {TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        const auto answer = stand.ask({.version = version});

        CHECK(answer.version == version);
        CHECK(answer.lists == Lists{subjects({"intermediate", "root", "public-root-4", "root"})});
        CHECK(answer.status() == 200);
    }
}

TEST_CASE("made-up names make a list long")
{
    Stand stand{
        "personality = 'strict'\n[[listener]]\nclient_certificate = 'optional'\ntrust = ['root']\nfiller = 300\n"};

    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const auto answer = stand.ask({.version = version});

        REQUIRE(answer.lists.size() == 1);
        CHECK(answer.lists[0].size() == 301);
        CHECK(answer.lists[0].front() == subjects({"root"}).front());
    }
}

TEST_CASE("a server that wants no certificate does not ask")
{
    Stand stand{"personality = 'strict'\n[[listener]]\nclient_certificate = 'none'\n"};

    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const auto answer = stand.ask({.version = version});

        CHECK(answer.lists.empty());
        CHECK(answer.status() == 200);
    }
}

TEST_CASE("a version that is not configured is not spoken")
{
    Stand stand{"personality = 'strict'\n[[listener]]\ntls = ['1.0', '1.3']\nclient_certificate = 'none'\n"};

    CHECK(stand.ask({.version = TLS1_VERSION}).handshake_completed);
    CHECK(stand.ask({.version = TLS1_3_VERSION}).handshake_completed);
    CHECK_FALSE(stand.ask({.version = TLS1_2_VERSION}).handshake_completed);
}

TEST_CASE("iis names what the binding's CTL store or Trusted Root holds, by SNI")
{
    Stand stand{iis};

    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        CHECK(stand.ask({.version = version, .sni = "www.example.test"}).lists == Lists{subjects({"intermediate"})});
        CHECK(stand.ask({.version = version}).lists == Lists{subjects({"public-root-1", "public-root-2"})});
    }
}

TEST_CASE("iis without SendTrustedIssuerList asks with an empty list")
{
    Stand stand{"personality = 'iis'\n[iis.stores]\nRoot = ['root']\n[[iis.binding]]\nipport = '0.0.0.0'\n"};

    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CHECK(stand.ask({.version = version}).lists == Lists{{}});
    }
}

TEST_CASE("iis completes the handshake with anybody and refuses in HTTP, without close_notify and without a word why")
{
    Stand stand{iis};

    struct Row {
        const char* who;
        int status;
        const char* logged;
    };

    std::size_t number = 0;

    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        for (const Row& row : {Row{"", 403, " 403 7 5 "},
                               {"alice", 200, " 200 0 0 "},
                               {"mallory", 403, " 403 16 2148204810 "},
                               {"expired", 403, " 403 17 2148204801 "},
                               {"server-usage", 403, " 403 16 2148204816 "}}) {
            CAPTURE(version);
            CAPTURE(row.who);
            const auto* present = *row.who == '\0' ? nullptr : issued(row.who);

            const auto answer = stand.ask({.version = version, .sni = "www.example.test", .present = present});

            CHECK(answer.handshake_completed);
            CHECK(answer.status() == row.status);
            CHECK_FALSE(answer.alert.has_value());
            CHECK_FALSE(answer.close_notify);
            CHECK(answer.response.find("403.") == std::string::npos);
            const auto record = stand.ears().connection(++number);
            CHECK(record.presented.size() == (present == nullptr ? 0 : 1 + present->chain.size()));
            CHECK(stand.ears().log().back().find(row.logged) != std::string::npos);
        }
    }
}

TEST_CASE("the detailed page of iis has the substatus")
{
    Stand stand{"personality = 'iis'\n[iis]\ndetailed_errors = true\n[[iis.binding]]\nipport = '0.0.0.0'\n"};

    const auto answer = stand.ask();

    CHECK(answer.response.find("<title>IIS 10.0 Detailed Error - 403.7 - Forbidden</title>") != std::string::npos);
    CHECK(answer.response.find("HTTP Error 403.7 - Forbidden") != std::string::npos);
}

TEST_CASE("iis resets a client whose name no binding serves")
{
    Stand stand{"personality = 'iis'\n[iis]\n[[iis.binding]]\nhostnameport = 'www.example.test'\n"};

    const auto answer = stand.ask();

    CHECK(answer.reset);
    CHECK_FALSE(answer.alert.has_value());
    CHECK(stand.ears().connection(1).decision == "reset");
    CHECK(stand.ask({.sni = "www.example.test"}).handshake_completed);
}
