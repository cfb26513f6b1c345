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

TEST_CASE("a request that was cut short behind a whole one hides nothing of it")
{
    const auto with_type = [](std::uint8_t type, Stage stage) {
        auto body = body12({root_ca});
        body[2] = type;
        return observation::read_request(stage, std::nullopt, tls12, body);
    };
    observation::RequestSeen cut;
    cut.complete = false;
    const auto then = Seen{tls12}.asked(with_type(2, Stage::handshake)).get();
    const auto now = Seen{tls12}.asked(with_type(64, Stage::renegotiation)).asked(cut).get();

    const auto text = since(then, now).text("issuer-list-changed");

    CHECK(contains(text, "certificate types then: rsa_sign, dss_sign; now: rsa_sign, ecdsa_sign"));
    CHECK(contains(text, "asked in the handshake then, by renegotiation"));
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

TEST_CASE("a list that was read without HTTP is judged by what the baseline says of the server")
{
    const auto strangers = [] {
        Seen seen{tls13};
        return seen.asked(dns({"CN=A,O=First", "CN=B,O=Second", "CN=C,O=Third", "CN=D,O=Fourth", "CN=E,O=Fifth"}));
    };
    const auto right = [](const char* server) { return Seen{tls13}.asked({issuing_ca}).http(403, server).get(); };
    auto listed = strangers().get();
    listed.list_only = true;
    listed.handshake_completed = false;
    const auto refused = Seen{tls13}
                             .asked({issuing_ca})
                             .alert(wire::AlertDescription::certificate_required, observation::Phase::after_handshake)
                             .get();

    CHECK(since(right("nginx/1.22"), listed).severity("ctl-store-lost") == absent);
    CHECK(since(right("nginx/1.22"), listed).severity("issuer-list-changed") == warning);
    CHECK(since(right("nginx/1.22"), strangers().http(403, "nginx/1.22").get()).severity("ctl-store-lost") == absent);
    CHECK(since(refused, listed).severity("ctl-store-lost") == absent);
    CHECK(since(right("Microsoft-IIS/10.0"), listed).severity("ctl-store-lost") == critical);
    CHECK(contains(since(right("Microsoft-IIS/10.0"), listed).text("ctl-store-lost"), "in the baseline names IIS"));
    // What answers now counts more than what answered then.
    CHECK(since(right("nginx/1.22"), strangers().http(403, "Microsoft-IIS/10.0").get()).severity("ctl-store-lost") ==
          critical);
}

namespace {

std::vector<std::string> gaps(const Baseline& then, const std::vector<Observation>& now)
{
    std::vector<std::string> reasons;
    for (const auto& gap : verdict::reach_of(then, now).gaps) {
        reasons.emplace_back(to_string(gap.reason));
    }
    return reasons;
}

Observation list_only(Observation seen)
{
    seen.list_only = true;
    seen.handshake_completed = false;
    seen.messages.push_back({observation::Side::server, wire::HandshakeType::server_hello_done, 4, 0});
    return seen;
}

} // namespace

TEST_CASE("a way of asking without a counterpart in the baseline is told, with the reason")
{
    const auto old = Seen{tls12}.asked({root_ca}).http(403).get();
    const auto newer = Seen{tls13}.asked({root_ca}).http(403).get();
    const auto silent = Seen{tls12}.no_server_hello("x").ended(observation::Outcome::refused).get();
    const auto nothing_yet = list_only(Seen{tls12}.get());
    const Baseline then{"b.json", "2026-05-01T00:00:00Z", {old}};
    using Reasons = std::vector<std::string>;

    CHECK(gaps(then, {old}).empty());
    CHECK(gaps(then, {old, newer}) == Reasons{"no_answer_then"});
    CHECK(gaps(then, {newer}) == Reasons{"no_answer_then", "not_asked_now"});
    CHECK(gaps(then, {silent}) == Reasons{"no_answer_now"});
    CHECK(gaps(then, {silent, list_only(old)}).empty()); // read again in plain text
    CHECK(gaps(then, {nothing_yet}) == Reasons{"late_request_unseen"});
    CHECK(gaps({"b.json", "2026-05-01T00:00:00Z", {silent}}, {silent}).empty());
    CHECK(verdict::reach_of(then, {old, newer}).compared == 1);
}

TEST_CASE("two runs that read the list only are compared also where nothing was asked")
{
    const auto none = list_only(Seen{tls12}.get());
    const auto one = list_only(Seen{tls12}.asked({root_ca}).get());
    const Baseline then{"b.json", "2026-05-01T00:00:00Z", {none}};

    CHECK(verdict::reach_of(then, {none}).compared == 1);
    CHECK(verdict::changes_since(then, {none}).empty());
    REQUIRE(verdict::changes_since(then, {one}).size() == 1);
    CHECK(verdict::changes_since(then, {one}).front().status_then == RequestStatus::none);
}

TEST_CASE("a run of which nothing could be compared is unknown, and one of which a part could says which not")
{
    const auto old = Seen{tls12}.asked({root_ca}).http(403).get();
    const auto newer = Seen{tls13}.asked({root_ca}).http(403).get();
    const Run apart = since(old, newer);
    const Run partly = Run{}.saw(old).saw(newer).since(Baseline{"b.json", "2026-05-01T00:00:00Z", {old}});
    const Run nobody_knows_it = Run{}.saw(old).since(Baseline{"b.json", "", {}});

    CHECK(apart.judged().verdict == verdict::Verdict::unknown);
    CHECK(apart.severity("baseline-incomplete") == warning);
    CHECK(contains(apart.judged().summary, "Nothing could be compared with the baseline"));
    CHECK(contains(apart.text("baseline-incomplete"), "no answer in the baseline: SNI server.test, TLS 1.3 offered"));
    CHECK(contains(apart.text("baseline-incomplete"), "only in the baseline: SNI server.test, TLS 1.2 offered"));
    CHECK(partly.judged().verdict == verdict::Verdict::ok);
    CHECK(partly.severity("baseline-incomplete") == info);
    CHECK(contains(partly.text("baseline-incomplete"), "1 way of asking could not be compared"));
    CHECK(since(old, old).severity("baseline-incomplete") == absent);
    CHECK(nobody_knows_it.judged().verdict == verdict::Verdict::unknown);
    CHECK(contains(nobody_knows_it.judged().summary, "it holds no report on this target"));
    // A critical finding is one with or without a comparison.
    CHECK(since(old, newer).expects({issuing_ca}).judged().verdict == verdict::Verdict::critical);
}

TEST_CASE("connections that presented a candidate are not held against the baseline")
{
    const auto presented = Seen{tls12}.asked({root_ca}).candidate(0).sent().http(200).get();
    const Baseline baseline{"b.json", "2026-05-01T00:00:00Z", {asked({root_ca})}};

    const auto reach = verdict::reach_of(baseline, {asked({root_ca}), presented});

    CHECK(reach.compared == 1);
    CHECK(reach.gaps.empty());
    CHECK(verdict::reach_of(baseline, {presented}).compared == 0);
}

TEST_CASE("a way of asking that fell silent, or was read in part, is told with its reason")
{
    const auto text = [](const Observation& then, const Observation& now) {
        return since(then, now).text("baseline-incomplete");
    };
    const Baseline both{
        "b.json", "2026-05-01T00:00:00Z", {asked({root_ca}), Seen{tls12}.sni(std::nullopt).asked({root_ca}).get()}};
    const auto silent = Run{}
                            .saw(asked({root_ca}))
                            .saw(Seen{tls12}.sni(std::nullopt).no_server_hello("").ended(observation::Outcome::timeout))
                            .since(both)
                            .text("baseline-incomplete");
    CHECK(contains(silent, "answered in the baseline, not now: no SNI, TLS 1.2 offered (observation 1)"));
    CHECK(contains(silent, "Find out why the server no longer answers clients that ask so"));

    auto list_only = Seen{tls12}.get();
    list_only.list_only = true;
    const auto half = text(list_only, Seen{tls12}.asked({root_ca}, Stage::renegotiation).http(403).get());
    CHECK(contains(half, "one of the two read the list only, and would not have seen a request that comes later"));
    CHECK_FALSE(contains(half, "Find out why"));
}
