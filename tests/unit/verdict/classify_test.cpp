#include <doctest/doctest.h>

#include "probe/verdict/judge.hpp"
#include "tests/unit/support/observations.hpp"

using namespace mtls;
using namespace mtls::test;
using observation::Direction;
using observation::Outcome;
using observation::Phase;
using verdict::AttemptResult;
using verdict::RejectedBy;
using wire::AlertDescription;

namespace {

constexpr auto accepted = AttemptResult::accepted;
constexpr auto rejected = AttemptResult::rejected;
constexpr auto not_requested = AttemptResult::not_requested;
constexpr auto undetermined = AttemptResult::undetermined;
constexpr auto by_alert = RejectedBy::alert;
constexpr auto by_http = RejectedBy::http;
constexpr auto by_close = RejectedBy::close;
constexpr std::optional<RejectedBy> by_nothing;

struct Row {
    const char* what;
    Seen seen;
    AttemptResult result;
    std::optional<RejectedBy> by;
};

void check(const Row& row)
{
    CAPTURE(row.what);

    const auto attempt = verdict::classify(row.seen.get(), 7);

    CHECK(attempt.observation == 7);
    CHECK(attempt.result == row.result);
    CHECK(attempt.by == row.by);
}

Seen without(wire::ProtocolVersion version)
{
    return Seen{version}.asked(dns({"CN=ca"}));
}

Seen with(wire::ProtocolVersion version)
{
    return without(version).candidate(0).sent();
}

/// A connection with a candidate at hand on which nobody asked for one.
Seen unasked(wire::ProtocolVersion version)
{
    return Seen{version}.candidate(0);
}

} // namespace

TEST_CASE("an HTTP status accepts, rejects or leaves it open")
{
    struct Status {
        int status;
        AttemptResult result;
    };

    const Status statuses[] = {
        {200, accepted},     {204, accepted},     {301, accepted},     {304, accepted},     {399, accepted},
        {404, accepted},     {405, accepted},     {400, rejected},     {401, rejected},     {403, rejected},
        {495, rejected},     {496, rejected},     {100, undetermined}, {402, undetermined}, {406, undetermined},
        {413, undetermined}, {421, undetermined}, {497, undetermined}, {500, undetermined}, {503, undetermined},
    };
    for (const Status& row : statuses) {
        CAPTURE(row.status);
        const auto by = row.result == undetermined ? by_nothing : std::optional{by_http};
        for (const auto version : {tls12, tls13}) {
            check({"with a candidate", with(version).http(row.status), row.result, by});
            check({"without", without(version).http(row.status), row.result, by});
            check({"nobody asked, no candidate", Seen{version}.http(row.status), row.result, by});
            check({"nobody asked, a candidate", unasked(version).http(row.status), not_requested, by_nothing});
        }
    }
}

/// Microsoft, "HTTP status code overview": each of them is a 403.
TEST_CASE("a 403 whose page says that it is about something else")
{
    const auto page = [](int substatus) { return with(tls12).http(403).substatus(substatus); };
    check({"no default document: the certificate has passed", page(14), accepted, by_http});
    check({"the same without one", without(tls12).http(403).substatus(14), accepted, by_http});
    check({"the address is forbidden", page(6), undetermined, by_nothing});
    check({"too many connections from it", page(501), undetermined, by_nothing});
    check({"too many requests from it", page(502), undetermined, by_nothing});
    for (const int about_certificates : {4, 5, 7, 12, 13, 16, 17}) {
        check({"a certificate", page(about_certificates), rejected, by_http});
    }
    check({"another status with this number", with(tls12).http(401).substatus(14), rejected, by_http});
}

TEST_CASE("without HTTP a completed TLS 1.2 handshake accepts and a TLS 1.3 handshake needs data")
{
    const Row rows[] = {
        {"1.2 silence", with(tls12).settled(), accepted, by_nothing},
        {"1.2 silence, no certificate", without(tls12).settled(), accepted, by_nothing},
        {"1.0 silence", with(wire::ProtocolVersion::tls10).settled(), accepted, by_nothing},
        {"1.2 data", with(tls12).data(), accepted, by_nothing},
        {"1.3 silence", with(tls13).settled(), undetermined, by_nothing},
        {"1.3 silence, no certificate", without(tls13).settled(), undetermined, by_nothing},
        {"1.3 data", with(tls13).data(), accepted, by_nothing},
        {"1.3 data, then a reset", with(tls13).data().ended(Outcome::reset), accepted, by_nothing},
        {"1.2 not listened to the end", with(tls12).ended(Outcome::timeout), undetermined, by_nothing},
        {"1.2 closed", with(tls12).ended(Outcome::closed), rejected, by_close},
        {"1.3 closed", with(tls13).ended(Outcome::closed), rejected, by_close},
        {"1.3 reset", without(tls13).ended(Outcome::reset), rejected, by_close},
        {"nobody asked, 1.2 silence", unasked(tls12).settled(), not_requested, by_nothing},
        {"nobody asked, 1.3 silence", unasked(tls13).settled(), not_requested, by_nothing},
        {"nobody asked, 1.3 data", unasked(tls13).data(), not_requested, by_nothing},
        {"nobody asked, no candidate, 1.3 data", Seen{tls13}.data(), accepted, by_nothing},
        {"nobody asked, no candidate, 1.3 silence", Seen{tls13}.settled(), undetermined, by_nothing},
    };
    for (const Row& row : rows) {
        check(row);
    }
}

TEST_CASE("with HTTP only the answer proves anything")
{
    const Row rows[] = {
        {"1.2 no answer in time", with(tls12).http_requested().ended(Outcome::timeout), undetermined, by_nothing},
        {"1.3 no answer in time", with(tls13).http_requested().ended(Outcome::timeout), undetermined, by_nothing},
        {"1.2 closed without an answer", with(tls12).http_requested().ended(Outcome::closed), rejected, by_close},
        {"1.3 reset without an answer", with(tls13).http_requested().ended(Outcome::reset), rejected, by_close},
        {"half an answer", with(tls13).http_requested().data().ended(Outcome::closed), undetermined, by_nothing},
        {"half an answer, then silence", with(tls13).http_requested().data().ended(Outcome::timeout), undetermined,
         by_nothing},
        {"an answer that is not HTTP", with(tls13).http_requested().data(), undetermined, by_nothing},
        {"nobody asked, no answer", unasked(tls13).http_requested().ended(Outcome::timeout), undetermined, by_nothing},
        {"an answer, then an alert",
         with(tls13).http(200).alert(AlertDescription::internal_error, Phase::after_handshake), accepted, by_http},
    };
    for (const Row& row : rows) {
        check(row);
    }
}

TEST_CASE("the first frame of an HTTP/2 server proves nothing")
{
    check({"h2", with(tls13).alpn("h2").data(), undetermined, by_nothing});
    check({"another protocol", with(tls13).alpn("mqtt").data(), accepted, by_nothing});
}

TEST_CASE("an alert rejects if the server sent it and had asked or completed the handshake")
{
    const auto code = AlertDescription::unknown_ca;
    const Row rows[] = {
        {"1.2 in the handshake", with(tls12).alert(code, Phase::handshake), rejected, by_alert},
        {"1.2 in the handshake, no certificate", without(tls12).alert(code, Phase::handshake), rejected, by_alert},
        {"1.3 after the handshake", with(tls13).alert(code, Phase::after_handshake), rejected, by_alert},
        {"after the HTTP request", with(tls13).http_requested().alert(code, Phase::after_handshake), rejected,
         by_alert},
        {"after the handshake, unasked", Seen{tls13}.alert(code, Phase::after_handshake), rejected, by_alert},
        {"before it asked", unasked(tls12).alert(AlertDescription::handshake_failure, Phase::handshake), undetermined,
         by_nothing},
        {"before it asked, no candidate", Seen{tls12}.alert(AlertDescription::handshake_failure, Phase::handshake),
         undetermined, by_nothing},
        {"ours in the handshake", with(tls12).alert(AlertDescription::decode_error, Phase::handshake, Direction::sent),
         undetermined, by_nothing},
        {"ours after the handshake",
         with(tls13).alert(AlertDescription::decode_error, Phase::after_handshake, Direction::sent), undetermined,
         by_nothing},
        {"a protocol error without an alert", with(tls12).broke_off().ended(Outcome::protocol_error), undetermined,
         by_nothing},
    };
    for (const Row& row : rows) {
        check(row);
    }
}

TEST_CASE("a close in the handshake rejects once our answer to the request is out")
{
    auto silent = Seen{tls12}.candidate(0).get();
    silent.certificate_requests.push_back(request12({}));
    silent.handshake_completed = false;
    silent.outcome = Outcome::reset;

    CHECK(verdict::classify(silent, 0).result == undetermined);
    const Row rows[] = {
        {"closed", with(tls12).broke_off().ended(Outcome::closed), rejected, by_close},
        {"reset", without(tls12).broke_off().ended(Outcome::reset), rejected, by_close},
        {"before it asked", unasked(tls12).broke_off().ended(Outcome::reset), undetermined, by_nothing},
        {"stalled", with(tls12).broke_off().ended(Outcome::timeout), undetermined, by_nothing},
    };
    for (const Row& row : rows) {
        check(row);
    }
}

TEST_CASE("what never spoke TLS decides nothing")
{
    for (const Outcome outcome : {Outcome::refused, Outcome::unreachable, Outcome::not_tls, Outcome::timeout,
                                  Outcome::closed, Outcome::reset, Outcome::alert, Outcome::protocol_error}) {
        CAPTURE(to_string(outcome));
        check({"candidate", unasked(tls13).no_server_hello("").ended(outcome), undetermined, by_nothing});
        check({"none", Seen{tls13}.no_server_hello("").ended(outcome), undetermined, by_nothing});
    }
}

TEST_CASE("a candidate that stayed at home is not what got us in, but may be what kept us out")
{
    const Row rows[] = {
        {"let in", without(tls13).candidate(0).http(200), undetermined, by_nothing},
        {"let in by 1.2 silence", without(tls12).candidate(0).settled(), undetermined, by_nothing},
        {"refused by HTTP", without(tls13).candidate(0).http(403), rejected, by_http},
        {"refused by alert", without(tls12).candidate(0).alert(AlertDescription::handshake_failure, Phase::handshake),
         rejected, by_alert},
        {"refused by close", without(tls13).candidate(0).ended(Outcome::closed), rejected, by_close},
    };
    for (const Row& row : rows) {
        check(row);
    }
}

TEST_CASE("a late request counts as asked")
{
    const Names ca = dns({"CN=ca"});

    check({"renegotiation", Seen{tls12}.asked(ca, observation::Stage::renegotiation).candidate(0).sent().http(200),
           accepted, by_http});
    check({"post-handshake", Seen{tls13}.asked(ca, observation::Stage::post_handshake).candidate(0).sent().http(403),
           rejected, by_http});
}
