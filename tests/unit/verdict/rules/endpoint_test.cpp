#include "probe/verdict/rules/endpoint.hpp"

#include <doctest/doctest.h>

#include "tests/unit/support/runs.hpp"

using namespace mtls;
using namespace mtls::test;
using observation::Outcome;
using verdict::rules::Knowledge;

namespace {

const Names ours{issuing_ca};
const Names theirs{root_ca};

Seen named(const Names& names = ours)
{
    return Seen{tls13}.asked(names).http(403).presented({certificate("server")});
}

Seen without_name(const Names& names = ours)
{
    return named(names).sni(std::nullopt);
}

/// Of the first connection.
verdict::rules::Endpoint endpoint(const Run& run)
{
    const verdict::Facts facts = run.facts();
    return verdict::rules::endpoint_of(facts, facts.observations.front());
}

} // namespace

TEST_CASE("answers that differ without the name show that the binding is one for the name")
{
    const std::vector<Seen> others{without_name(theirs), without_name().presented({certificate("alice")}),
                                   Seen{tls13}.sni(std::nullopt).http(200),
                                   Seen{tls13}.sni(std::nullopt).no_server_hello("").ended(Outcome::reset)};
    for (const Seen& other : others) {
        const auto found = endpoint(Run{}.saw(named()).saw(other));

        CHECK(found.knowledge == Knowledge::by_name);
        CHECK(found.parameter == "hostnameport=server.test:8443");
        CHECK(contains(found.advice, "or ccs=8443"));
    }
}

TEST_CASE("answers that are alike leave open which binding it is, for an exact address goes before the name")
{
    const auto found = endpoint(Run{}.saw(named()).saw(without_name()));

    CHECK(found.knowledge == Knowledge::open);
    CHECK(found.parameter == "ENDPOINT_AS_SHOWN");
    CHECK(contains(found.advice, "the record with this Certificate Hash"));
    CHECK(contains(found.advice, "with and without the name the answers are alike"));
    CHECK(contains(found.advice, "an exact IP goes before the name"));
}

TEST_CASE("what was not asked, or not answered, tells nothing")
{
    const std::vector<Run> runs{
        Run{}.saw(named()),
        Run{}.saw(named()).saw(without_name(theirs).address("127.0.0.2")),
        Run{}.saw(named()).saw(Seen{tls13}.sni(std::nullopt).no_server_hello("").ended(Outcome::timeout)),
        Run{}.saw(named()).saw(Seen{tls12}.asked(theirs).sni(std::nullopt).http(403)),
        Run{}.saw(named()).saw(Seen{tls13}.sni(std::nullopt).http_requested().ended(Outcome::timeout)),
        // Of a server that speaks no TLS 1.3 nobody answers there, with the name or without.
        Run{}
            .saw(Seen{tls12}.asked(ours).http(403).presented({certificate("server")}))
            .saw(Seen{tls13}.sni(std::nullopt).no_server_hello("").ended(Outcome::reset)),
    };
    for (const Run& run : runs) {
        CHECK(endpoint(run).knowledge == Knowledge::open);
        CHECK_FALSE(contains(endpoint(run).advice, "alike"));
    }
}

TEST_CASE("back ends that differ by themselves say nothing about bindings")
{
    CHECK(endpoint(Run{}.saw(named()).saw(named(theirs)).saw(without_name(theirs))).knowledge == Knowledge::open);
}

TEST_CASE("without a name it is a binding for an address, and which one only the server says")
{
    const auto found = endpoint(Run{}.saw(without_name()).saw(named()));

    CHECK(found.knowledge == Knowledge::by_ip);
    CHECK(found.parameter == "ipport=IP_AS_SHOWN:8443");
}
