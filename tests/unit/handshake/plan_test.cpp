#include "probe/handshake/plan.hpp"

#include <doctest/doctest.h>

using mtls::handshake::Breadth;
using mtls::handshake::Plan;
using mtls::handshake::plan_fallback;
using mtls::handshake::plan_variants;
using mtls::observation::Negotiated;
using mtls::observation::Observation;
using mtls::observation::Outcome;
using mtls::observation::Variant;
using enum mtls::wire::ProtocolVersion;

namespace {

Plan plan_for(Breadth breadth)
{
    Plan plan;
    plan.addresses = {"127.0.0.1"};
    plan.sni = "www.example.test";
    plan.breadth = breadth;
    return plan;
}

Observation ended(Outcome outcome, std::vector<mtls::wire::ProtocolVersion> offered)
{
    Observation seen;
    seen.variant = {"127.0.0.1", 443, "www.example.test", std::move(offered)};
    seen.outcome = outcome;
    return seen;
}

} // namespace

TEST_CASE("side by side means SNI or none, and TLS 1.3 alone or all below, the normal client first")
{
    const auto variants = plan_variants(plan_for(Breadth::side_by_side));

    REQUIRE(variants.size() == 4);
    CHECK(variants[0] == Variant{"127.0.0.1", 443, "www.example.test", {tls13}});
    CHECK(variants[1] == Variant{"127.0.0.1", 443, "www.example.test", {tls10, tls11, tls12}});
    CHECK(variants[2] == Variant{"127.0.0.1", 443, std::nullopt, {tls13}});
    CHECK(variants[3] == Variant{"127.0.0.1", 443, std::nullopt, {tls10, tls11, tls12}});
}

TEST_CASE("a normal client alone offers every version with its name")
{
    const auto variants = plan_variants(plan_for(Breadth::normal_only));

    REQUIRE(variants.size() == 1);
    CHECK(variants[0] == Variant{"127.0.0.1", 443, "www.example.test", {tls10, tls11, tls12, tls13}});
}

TEST_CASE("every breadth asks each version alone, the highest first")
{
    const auto variants = plan_variants(plan_for(Breadth::every));

    REQUIRE(variants.size() == 8);
    CHECK(variants[0].tls_offered == std::vector{tls13});
    CHECK(variants[3].tls_offered == std::vector{tls10});
    CHECK(variants[4].sni == std::nullopt);
}

TEST_CASE("versions narrow the plan, addresses and repeats widen it")
{
    auto plan = plan_for(Breadth::side_by_side);
    plan.versions = {tls12, tls12};
    plan.addresses = {"127.0.0.1", "::1"};
    plan.repeat = 3;
    plan.sni.reset();

    const auto variants = plan_variants(plan);

    REQUIRE(variants.size() == 6);
    CHECK(variants[0] == Variant{"127.0.0.1", 443, std::nullopt, {tls12}});
    CHECK(variants[5].address == "::1");
}

TEST_CASE("a server that breaks off at every offer is asked again with TLS 1.1 and 1.0")
{
    const auto again = plan_fallback({ended(Outcome::alert, {tls13}), ended(Outcome::reset, {tls10, tls11, tls12})});

    REQUIRE(again.size() == 2);
    CHECK(again[0].tls_offered == std::vector{tls11});
    CHECK(again[1].tls_offered == std::vector{tls10});
}

TEST_CASE("nothing is asked again when a variant was answered, or nothing listens, or the versions were chosen")
{
    auto answered = ended(Outcome::completed, {tls10, tls11, tls12});
    answered.negotiated = Negotiated{};

    CHECK(plan_fallback({ended(Outcome::alert, {tls10, tls11, tls12}), answered}).empty());
    CHECK(plan_fallback({ended(Outcome::refused, {tls10, tls11, tls12})}).empty());
    CHECK(plan_fallback({ended(Outcome::timeout, {tls10, tls11, tls12})}).empty());
    CHECK(plan_fallback({ended(Outcome::alert, {tls12})}).empty());
    CHECK(plan_fallback({ended(Outcome::alert, {tls10})}).empty());
}
