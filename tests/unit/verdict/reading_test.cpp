#include "probe/verdict/reading.hpp"

#include <doctest/doctest.h>

#include "probe/verdict/judge.hpp"
#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;
using observation::Outcome;
using observation::Phase;
using observation::Stage;
using verdict::RequestStatus;
using verdict::Required;
using wire::AlertDescription;

namespace {

const std::optional<std::string> name = "server.test";

Seen asking(wire::ProtocolVersion version)
{
    return Seen{version}.asked(dns({"CN=ca"}));
}

} // namespace

TEST_CASE("the normal variant has the name, the highest version and the first address that answered")
{
    const auto dead = [] { return Seen{tls13}.no_server_hello("refused").ended(Outcome::refused); };

    struct Row {
        const char* what;
        std::vector<observation::Observation> seen;
        std::optional<std::size_t> index;
    };

    const Row rows[] = {
        {"nothing at all", {}, std::nullopt},
        {"nothing answered", {dead().get()}, std::nullopt},
        {"the only one", {Seen{tls12}.get()}, 0},
        {"version", {Seen{tls12}.get(), Seen{tls13}.get()}, 1},
        {"version first", {Seen{tls13}.get(), Seen{tls12}.get()}, 0},
        {"name", {Seen{tls13}.sni(std::nullopt).get(), Seen{tls12}.get()}, 1},
        {"first address", {Seen{tls12}.get(), Seen{tls13}.address("127.0.0.2").get()}, 0},
        {"first that answered", {dead().get(), Seen{tls13}.address("127.0.0.2").get()}, 1},
        {"first repeat", {Seen{tls13}.get(), Seen{tls13}.get()}, 0},
        {"never a candidate", {Seen{tls13}.candidate(0).get(), Seen{tls12}.get()}, 1},
        {"with the name nothing answers", {dead().get(), Seen{tls13}.sni(std::nullopt).get()}, std::nullopt},
        {"the name was never tried", {Seen{tls13}.sni(std::nullopt).get()}, 0},
        {"1.3 refused by version",
         {Seen{tls13}.no_server_hello("").alert(AlertDescription::protocol_version, Phase::handshake).get(),
          Seen{tls12}.get()},
         1},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(verdict::normal_variant(row.seen, name) == row.index);
    }
}

TEST_CASE("for an address the variant without a name is the normal one")
{
    const std::vector<observation::Observation> seen{Seen{tls13}.get(), Seen{tls12}.sni(std::nullopt).get()};

    CHECK(verdict::normal_variant(seen, std::nullopt) == 1);
}

TEST_CASE("the status of a request")
{
    const auto raw12 = [](std::vector<std::uint8_t> body) {
        return Seen{tls12}.asked(observation::read_request(Stage::handshake, std::nullopt, tls12, std::move(body)));
    };
    auto stalled = Seen{tls12}.broke_off().ended(Outcome::timeout).get();
    auto complete_flight = stalled;
    complete_flight.messages.push_back({observation::Side::server, wire::HandshakeType::server_hello_done, 4, 3});

    struct Row {
        const char* what;
        observation::Observation seen;
        RequestStatus status;
    };

    const Row rows[] = {
        {"no request", Seen{tls13}.get(), RequestStatus::none},
        {"no request in a whole flight", complete_flight, RequestStatus::none},
        {"not far enough", stalled, RequestStatus::undetermined},
        {"nobody there", Seen{tls13}.no_server_hello("").ended(Outcome::refused).get(), RequestStatus::undetermined},
        {"1.2 list", asking(tls12).get(), RequestStatus::list},
        {"1.3 list", asking(tls13).get(), RequestStatus::list},
        {"1.2 zero names", Seen{tls12}.asked(Names{}).get(), RequestStatus::empty},
        {"1.3 no extension", Seen{tls13}.asked(Names{}).get(), RequestStatus::empty},
        {"1.2 no certificate types, but names", raw12({0, 0, 2, 4, 3, 0, 4, 0, 2, 0x30, 0}).get(), RequestStatus::list},
        {"truncated", raw12({1, 1, 0, 2, 4, 3, 0, 9, 0, 2, 0x30, 0}).get(), RequestStatus::malformed},
        {"zero-length name", raw12({1, 1, 0, 2, 4, 3, 0, 2, 0, 0}).get(), RequestStatus::malformed},
        {"garbage name", Seen{tls12}.asked(Names{x509::Name{{1, 2, 3}}}).get(), RequestStatus::malformed},
        {"odd name",
         Seen{tls12}
             .asked(Names{
                 x509::Name{{0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x01, 0xff}}})
             .get(),
         RequestStatus::list},
        {"list seen although the server then refused",
         asking(tls12).alert(AlertDescription::handshake_failure, Phase::handshake).get(), RequestStatus::list},
        {"the late one counts", asking(tls12).asked(Names{}, Stage::renegotiation).get(), RequestStatus::empty},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);

        const auto reading = verdict::read_request({row.seen}, name);

        CHECK(reading.status == row.status);
        CHECK(reading.index.has_value() == !row.seen.certificate_requests.empty());
    }
}

TEST_CASE("the late request is the one that is pointed at")
{
    const auto seen = asking(tls12).asked(dns({"CN=late"}), Stage::renegotiation).http(200).get();

    CHECK(verdict::read_request({seen}, name).index == 1);
}

TEST_CASE("required says whether the door opens without a certificate, by whatever layer")
{
    struct Row {
        const char* what;
        Seen seen;
        Required required;
    };

    const Row rows[] = {
        {"HTTP 403", asking(tls13).http(403), Required::yes},
        {"HTTP 200", asking(tls13).http(200), Required::no},
        {"HTTP 500", asking(tls13).http(500), Required::undetermined},
        {"alert", asking(tls13).alert(AlertDescription::certificate_required, Phase::after_handshake), Required::yes},
        {"close", asking(tls13).ended(Outcome::closed), Required::yes},
        {"1.2 silence", asking(tls12).settled(), Required::no},
        {"1.3 silence", asking(tls13).settled(), Required::undetermined},
        {"nobody asks", Seen{tls13}.http(200), Required::no},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(verdict::read_request({row.seen.get()}, name).required == row.required);
    }
}

TEST_CASE("a missing request may still come while the HTTP answer is out")
{
    CHECK(verdict::may_still_ask(Seen{tls13}.http_requested().ended(Outcome::timeout).get()));
    CHECK_FALSE(verdict::may_still_ask(Seen{tls13}.http(200).get()));
    CHECK_FALSE(verdict::may_still_ask(Seen{tls13}.settled().get()));
    CHECK_FALSE(verdict::may_still_ask(asking(tls13).http_requested().ended(Outcome::timeout).get()));
}

TEST_CASE("what libssl could not read is read again: the widest offer of each way, and only where nothing is known")
{
    const auto listed = [](observation::Observation seen) {
        seen.list_only = true;
        return seen;
    };
    const auto gone = [](wire::ProtocolVersion version, Outcome outcome) {
        auto seen = Seen{version}.no_server_hello("gone").ended(outcome).get();
        seen.variant.tls_offered = {version};
        return seen;
    };
    auto wide = gone(tls12, Outcome::closed);
    wide.variant.tls_offered = {wire::ProtocolVersion::tls10, tls12};
    auto narrow = gone(tls12, Outcome::closed);
    narrow.variant.tls_offered = {wire::ProtocolVersion::tls10};

    CHECK(verdict::unread_variants({wide, narrow}) == std::vector{wide.variant});
    CHECK(verdict::unread_variants({asking(tls13).get(), gone(tls12, Outcome::closed)}).empty());
    CHECK(verdict::unread_variants({asking(tls13).get(), gone(tls12, Outcome::protocol_error)}).size() == 1);
    CHECK(verdict::unread_variants({gone(tls12, Outcome::timeout)}).empty());
    CHECK(verdict::unread_variants({listed(gone(tls12, Outcome::closed))}).empty());
}

TEST_CASE("a list read without a handshake stands for the handshake that failed, and opens no door")
{
    auto failed = Seen{tls12}.ended(Outcome::protocol_error).get();
    failed.messages.clear();
    failed.handshake_completed = false;
    auto read = asking(tls12).get();
    read.variant = failed.variant;
    read.list_only = true;
    read.handshake_completed = false;

    const auto reading = verdict::read_request({failed, read}, name);

    CHECK(reading.observation == 1);
    CHECK(reading.status == RequestStatus::list);
    CHECK(reading.required == Required::undetermined);
}

TEST_CASE("a request that was cut is no request to judge by")
{
    auto seen = asking(tls13).get();
    auto cut = seen.certificate_requests.back();
    cut.complete = false;
    seen.certificate_requests = {};
    seen.certificate_requests.push_back(std::move(cut));
    seen.messages.clear();
    seen.handshake_completed = false;

    const auto reading = verdict::read_request({seen}, name);

    CHECK(reading.status == RequestStatus::undetermined);
    CHECK(!reading.index);
}

TEST_CASE("where a normal client is asked nothing, a late request of the same way counts before others")
{
    const auto index = [](const std::vector<observation::Observation>& seen) -> std::optional<std::size_t> {
        const auto place = verdict::request_elsewhere(seen, 0);
        return place ? std::optional{place->observation} : std::nullopt;
    };
    const auto silent = Seen{tls13}.http_requested().ended(Outcome::reset).get();
    const auto late = [] { return Seen{tls12}.asked(dns({"CN=ca"}), Stage::renegotiation); };
    auto cut_request = request12(dns({"CN=ca"}), Stage::renegotiation);
    cut_request.complete = false;
    const auto cut = Seen{tls12}.asked(cut_request).get();

    CHECK(index({silent}) == std::nullopt);
    CHECK(index({silent, late().get()}) == 1);
    CHECK(index({silent, asking(tls12).get(), late().get()}) == 2);
    CHECK(index({silent, late().sni(std::nullopt).get(), late().get()}) == 2);
    CHECK(index({silent, asking(tls12).get(), late().sni(std::nullopt).get()}) == 2);
    CHECK(index({silent, cut, asking(tls12).sni(std::nullopt).get()}) == 2);
    CHECK(index({silent, cut}) == 1);
    CHECK(index({silent, late().candidate(0).get()}) == 1);
}

TEST_CASE("a late request that was cut short is not the same as none")
{
    auto cut = request12(dns({"CN=ca"}), Stage::renegotiation);
    cut.complete = false;

    CHECK(verdict::status_of(Seen{tls12}.asked(cut).ended(Outcome::reset).get()) == RequestStatus::undetermined);
}

TEST_CASE("where no version was agreed on, the widest offer is a normal client's")
{
    const auto cut_short = [](wire::ProtocolVersion version) {
        auto seen = Seen{version}.asked({dn("CN=Root")}).broke_off().get();
        seen.negotiated.reset();
        return seen;
    };
    auto nothing_offered = cut_short(tls12);
    nothing_offered.variant.tls_offered.clear();
    const std::optional<std::string> name{"server.test"};

    CHECK(verdict::normal_variant({cut_short(tls12), cut_short(tls13)}, name) == 1);
    CHECK(verdict::normal_variant({cut_short(tls13), cut_short(tls12)}, name) == 0);
    CHECK(verdict::normal_variant({nothing_offered, cut_short(tls12)}, name) == 1);
}

TEST_CASE("a refusal comes from behind the door only if it is of another kind than that of a client without one")
{
    const auto none_sent = observation::CertificatePage::none_sent;
    const auto asks = [] { return Seen{tls13}.asked(Names{issuing_ca}); };
    const auto page = [&] { return asks().http(400, "nginx").says(none_sent); };
    const auto alert = [&] { return asks().alert(AlertDescription::certificate_required, Phase::after_handshake); };

    struct Row {
        const char* what;
        std::optional<Seen> without;
        Seen with;
        bool behind;
    };

    const Row rows[] = {
        {"nobody came without", std::nullopt, asks().sent().http(401), false},
        {"not refused", asks().http(403), asks().sent().http(200), false},
        {"open", asks().http(403), asks().sent().http(500), false},
        {"a password", asks().http(403), asks().sent().http(401), true},
        {"a password, and nothing was sent", asks().http(403), asks().http(401), false},
        {"a password of everybody", asks().http(401), asks().sent().http(401), false},
        {"a password after an alert", alert(), asks().sent().http(401), true},
        {"the page of one that was sent none", page(), asks().sent().http(400, "nginx").says(none_sent), true},
        {"another 400", page(), asks().sent().http(400, "nginx").by_application(), true},
        {"a close, not an alert", alert(), asks().sent().ended(Outcome::closed), true},
        {"a close for everybody", asks().ended(Outcome::closed), asks().sent().ended(Outcome::closed), false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        Run run;
        if (row.without) {
            run.saw(*row.without);
        }
        const auto facts = run.tries("alice", row.with).facts();

        REQUIRE(facts.candidates.size() == 1);
        REQUIRE(facts.candidates[0].attempt);
        CHECK(verdict::may_come_from_behind_the_door(facts, *facts.candidates[0].attempt) == row.behind);
    }
}
