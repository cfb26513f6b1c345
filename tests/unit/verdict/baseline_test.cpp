#include <doctest/doctest.h>

#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;
using observation::Observation;
using observation::Stage;
using verdict::Baseline;
using verdict::RequestStatus;

namespace {

Observation asked(const Names& names)
{
    return Seen{tls12}.asked(names).http(403).get();
}

/// What one variant's change looks like; null if nothing changed.
std::optional<verdict::VariantChange> change(const Observation& then, const Observation& now)
{
    const auto changes = verdict::changes_since(Baseline{"b.json", "2026-05-01T00:00:00Z", {then}}, {now});
    REQUIRE(changes.size() <= 1);
    return changes.empty() ? std::nullopt : std::optional{changes.front()};
}

Run since(const Observation& then, const Observation& now)
{
    return Run{}.saw(now).since(Baseline{"b.json", "2026-05-01T00:00:00Z", {then}});
}

} // namespace

TEST_CASE("names that came and went are told, each once")
{
    const auto seen = change(asked({root_ca, root_ca}), asked({issuing_ca, issuing_ca}));

    REQUIRE(seen);
    CHECK(seen->added == Names{issuing_ca});
    CHECK(seen->removed == Names{root_ca});
    CHECK(verdict::matters(*seen));
    CHECK_FALSE(change(asked({root_ca, issuing_ca}), asked({root_ca, issuing_ca})));
}

TEST_CASE("another order or number of the same names is a change that does not matter")
{
    const auto seen = change(asked({root_ca, issuing_ca}), asked({issuing_ca, root_ca}));
    const auto twice = change(asked({root_ca}), asked({root_ca, root_ca}));

    REQUIRE(seen);
    REQUIRE(twice);
    CHECK(seen->reordered);
    CHECK(twice->reordered);
    CHECK_FALSE(verdict::matters(*seen));
    CHECK(since(asked({root_ca, issuing_ca}), asked({issuing_ca, root_ca})).severity("issuer-list-changed") == info);
}

TEST_CASE("the same name in other bytes is told apart from another name")
{
    const auto seen = change(asked({dn("CN=Example Root CA,O=Example")}), asked({dn("CN=EXAMPLE Root CA,O=Example")}));

    REQUIRE(seen);
    CHECK(seen->recoded.size() == 1);
    CHECK(seen->added.empty());
    CHECK(verdict::matters(*seen));
}

TEST_CASE("asking no more, or at another stage, is a change")
{
    const auto gone = change(asked({root_ca}), Seen{tls12}.http(200).get());
    const auto late = change(asked({root_ca}), Seen{tls12}.asked({root_ca}, Stage::renegotiation).http(403).get());

    REQUIRE(gone);
    CHECK(gone->status_then == RequestStatus::list);
    CHECK(gone->status_now == RequestStatus::none);
    REQUIRE(late);
    CHECK(late->stage_then == Stage::handshake);
    CHECK(contains(since(asked({root_ca}), Seen{tls12}.asked({root_ca}, Stage::renegotiation).http(403).get())
                       .text("issuer-list-changed"),
                   "asked in the handshake then, by renegotiation"));
}

TEST_CASE("other certificate types are a change")
{
    auto body = body12({root_ca});
    body[2] = 2; // dss_sign instead of ecdsa_sign
    const auto other = observation::read_request(Stage::handshake, std::nullopt, tls12, body);
    const auto seen = change(Seen{tls12}.asked(other).http(403).get(), asked({root_ca}));

    REQUIRE(seen);
    REQUIRE(seen->types_then);
    CHECK(seen->types_then->back() == wire::ClientCertificateType{2});
}

TEST_CASE("each kind of change has its words, in the summary and below")
{
    const auto text = [](const Observation& then, const Observation& now) {
        return since(then, now).text("issuer-list-changed");
    };
    const auto with_type = [](std::uint8_t type) {
        auto body = body12({root_ca});
        body[2] = type;
        return Seen{tls12}
            .asked(observation::read_request(Stage::handshake, std::nullopt, tls12, body))
            .http(403)
            .get();
    };

    const auto gone = text(asked({root_ca}), Seen{tls12}.http(200).get());
    CHECK(contains(gone, "baseline: was `list`, is `none`"));
    CHECK(contains(gone, "the request was `list` then and is `none` now"));

    const auto recoded = text(asked({root_ca}), asked({in_printable_strings(root_ca)}));
    CHECK(contains(recoded, "baseline: 1 name in other bytes"));
    CHECK(contains(recoded, "in other bytes than then: CN=Example Root CA,O=Example"));

    CHECK(contains(text(asked({root_ca, issuing_ca}), asked({issuing_ca, root_ca})), "baseline: the order only"));
    CHECK(contains(text(asked({root_ca}), Seen{tls12}.asked({root_ca}, Stage::renegotiation).http(403).get()),
                   "baseline: it is asked at another stage"));

    const auto types = text(with_type(2), with_type(64));
    CHECK(contains(types, "baseline: other certificate types"));
    CHECK(contains(types, "certificate types then: rsa_sign, dss_sign; now: rsa_sign, ecdsa_sign"));
}

TEST_CASE("of many variants that changed the first are told, and how many more there are")
{
    Baseline then{"b.json", "2026-05-01T00:00:00Z", {}};
    Run run;
    for (const char* sni : {"a.test", "b.test", "c.test", "d.test", "e.test", "f.test"}) {
        then.observations.push_back(Seen{tls12}.sni(sni).asked({root_ca}).http(403).get());
        run.saw(Seen{tls12}.sni(sni).asked({issuing_ca}).http(403));
    }
    CHECK(contains(run.since(then).text("issuer-list-changed"), "2 more variants changed as well"));
}

TEST_CASE("a variant is compared with the same address if there was one, and with any other if not")
{
    const auto at = [](const char* address, const Names& names) {
        return Seen{tls12}.address(address).asked(names).http(403).get();
    };
    const Baseline then{"b.json", "2026-05-01T00:00:00Z", {at("192.0.2.1", {root_ca}), at("192.0.2.2", {issuing_ca})}};

    CHECK(verdict::changes_since(then, {at("192.0.2.2", {issuing_ca})}).empty());
    CHECK(verdict::changes_since(then, {at("192.0.2.2", {root_ca})}).size() == 1);
    CHECK(verdict::changes_since(then, {at("192.0.2.9", {root_ca})}).empty());
    CHECK(verdict::changes_since(then, {at("192.0.2.9", {issuing_ca})}).empty());
    CHECK(verdict::changes_since(then, {Seen{tls12}.sni("other.test").asked({root_ca}).get()}).empty());
}

TEST_CASE("what could not be told then or now is no change")
{
    const auto refused = Seen{tls12}.no_server_hello("x").ended(observation::Outcome::refused).get();

    CHECK_FALSE(change(refused, asked({root_ca})));
    CHECK_FALSE(change(asked({root_ca}), refused));
}

TEST_CASE("a baseline that had the right list makes of few strangers a lost store")
{
    const auto strangers = Seen{tls13}.asked(dns({"CN=A,O=First", "CN=B,O=Second", "CN=C,O=Third"})).http(403).get();
    const auto right = Seen{tls13}.asked({issuing_ca}).http(403).get();

    CHECK(since(right, strangers).severity("ctl-store-lost") == critical);
    CHECK(since(strangers, strangers).severity("ctl-store-lost") == absent);
    CHECK(Run{}.saw(strangers).expects({issuing_ca}).severity("ctl-store-lost") == absent);
    CHECK(since(right, strangers).expects({issuing_ca}).severity("ctl-store-lost") == critical);
    CHECK(contains(since(right, strangers).text("issuer-list-changed"), "follows from ctl-store-lost"));
}
